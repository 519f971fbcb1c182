// SPDX-License-Identifier: Apache-2.0
// The host and what it offers, and property sets that answer even where a host has left a property out.
#pragma once

#include <initializer_list>
#include <string>

#include "core.h"
#include "draw.h"
#include "image_effect.h"
#include "interact.h"
#include "param.h"
#include "property.h"
#include "services.h"

namespace focuspuller {

struct Suites {
  const OfxPropertySuiteV1* property = nullptr;
  const OfxImageEffectSuiteV1* effect = nullptr;
  const OfxParameterSuiteV1* parameter = nullptr;
  // Each of these may be missing.
  const OfxMessageSuiteV1* message = nullptr;
  const OfxMessageSuiteV2* persistentMessage = nullptr;
  const OfxProgressSuiteV1* progress1 = nullptr;
  const OfxProgressSuiteV2* progress2 = nullptr;
  const OfxInteractSuiteV1* interact = nullptr;
  const OfxDrawSuiteV1* draw = nullptr;
};

void setHost(OfxHost* host);

// Fetches every suite. kOfxStatErrMissingHostFeature where one we cannot do without is missing.
OfxStatus fetchSuites();

const Suites& suites();

// A property set that may lack any property: every read has a fallback, a refused write is forgotten.
class Properties {
 public:
  Properties() = default;
  explicit Properties(OfxPropertySetHandle handle) : handle_(handle) {}

  explicit operator bool() const { return handle_ != nullptr; }
  OfxPropertySetHandle handle() const { return handle_; }

  std::string string(const char* name, const char* fallback = "", int index = 0) const;
  int integer(const char* name, int fallback = 0, int index = 0) const;
  double number(const char* name, double fallback = 0, int index = 0) const;
  void* pointer(const char* name) const;
  int dimension(const char* name) const;
  bool lists(const char* name, const char* value) const;  // whether one of the strings is `value`

  // Whether all the property's values are there.
  bool read(const char* name, double* values, int count) const;
  bool read(const char* name, int* values, int count) const;

  bool set(const char* name, const char* value, int index = 0) const;
  bool set(const char* name, const std::string& value, int index = 0) const;
  bool set(const char* name, int value, int index = 0) const;
  bool set(const char* name, double value, int index = 0) const;
  bool setPointer(const char* name, void* value) const;
  bool set(const char* name, std::initializer_list<double> values) const;

 private:
  OfxPropertySetHandle handle_ = nullptr;
};

// The host's own properties.
Properties hostProperties();

}  // namespace focuspuller
