// SPDX-License-Identifier: Apache-2.0
// OpenFX property suite, version 1.
#pragma once

#include "core.h"

inline constexpr char kOfxPropertySuite[] = "OfxPropertySuite";

struct OfxPropertySuiteV1 {
  OfxStatus (*propSetPointer)(OfxPropertySetHandle, const char* name, int index, void* value);
  OfxStatus (*propSetString)(OfxPropertySetHandle, const char* name, int index, const char* value);
  OfxStatus (*propSetDouble)(OfxPropertySetHandle, const char* name, int index, double value);
  OfxStatus (*propSetInt)(OfxPropertySetHandle, const char* name, int index, int value);
  OfxStatus (*propSetPointerN)(OfxPropertySetHandle, const char* name, int count, void* const* values);
  OfxStatus (*propSetStringN)(OfxPropertySetHandle, const char* name, int count, const char* const* values);
  OfxStatus (*propSetDoubleN)(OfxPropertySetHandle, const char* name, int count, const double* values);
  OfxStatus (*propSetIntN)(OfxPropertySetHandle, const char* name, int count, const int* values);
  OfxStatus (*propGetPointer)(OfxPropertySetHandle, const char* name, int index, void** value);
  OfxStatus (*propGetString)(OfxPropertySetHandle, const char* name, int index, char** value);
  OfxStatus (*propGetDouble)(OfxPropertySetHandle, const char* name, int index, double* value);
  OfxStatus (*propGetInt)(OfxPropertySetHandle, const char* name, int index, int* value);
  OfxStatus (*propGetPointerN)(OfxPropertySetHandle, const char* name, int count, void** values);
  OfxStatus (*propGetStringN)(OfxPropertySetHandle, const char* name, int count, char** values);
  OfxStatus (*propGetDoubleN)(OfxPropertySetHandle, const char* name, int count, double* values);
  OfxStatus (*propGetIntN)(OfxPropertySetHandle, const char* name, int count, int* values);
  OfxStatus (*propReset)(OfxPropertySetHandle, const char* name);
  OfxStatus (*propGetDimension)(OfxPropertySetHandle, const char* name, int* count);
};
