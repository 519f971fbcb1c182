// SPDX-License-Identifier: Apache-2.0
#include "suites.h"

#include <vector>

namespace focuspuller {
namespace {

OfxHost* theHost = nullptr;
Suites theSuites;

template <typename Suite>
void fetch(const Suite*& suite, const char* name, int version) {
  suite = static_cast<const Suite*>(theHost->fetchSuite(theHost->host, name, version));
}

}  // namespace

void setHost(OfxHost* host) { theHost = host; }

OfxStatus fetchSuites() {
  if (!theHost || !theHost->fetchSuite) return kOfxStatErrMissingHostFeature;
  fetch(theSuites.property, kOfxPropertySuite, 1);
  fetch(theSuites.effect, kOfxImageEffectSuite, 1);
  fetch(theSuites.parameter, kOfxParameterSuite, 1);
  fetch(theSuites.message, kOfxMessageSuite, 1);
  fetch(theSuites.persistentMessage, kOfxMessageSuite, 2);
  fetch(theSuites.progress1, kOfxProgressSuite, 1);
  fetch(theSuites.progress2, kOfxProgressSuite, 2);
  fetch(theSuites.interact, kOfxInteractSuite, 1);
  fetch(theSuites.draw, kOfxDrawSuite, 1);
  return theSuites.property && theSuites.effect && theSuites.parameter ? kOfxStatOK : kOfxStatErrMissingHostFeature;
}

const Suites& suites() { return theSuites; }

Properties hostProperties() { return Properties(theHost ? theHost->host : nullptr); }

std::string Properties::string(const char* name, const char* fallback, int index) const {
  char* value = nullptr;
  if (!handle_ || theSuites.property->propGetString(handle_, name, index, &value) != kOfxStatOK || !value)
    return fallback;
  return value;
}

int Properties::integer(const char* name, int fallback, int index) const {
  int value = 0;
  return handle_ && theSuites.property->propGetInt(handle_, name, index, &value) == kOfxStatOK ? value : fallback;
}

double Properties::number(const char* name, double fallback, int index) const {
  double value = 0;
  return handle_ && theSuites.property->propGetDouble(handle_, name, index, &value) == kOfxStatOK ? value : fallback;
}

void* Properties::pointer(const char* name) const {
  void* value = nullptr;
  return handle_ && theSuites.property->propGetPointer(handle_, name, 0, &value) == kOfxStatOK ? value : nullptr;
}

int Properties::dimension(const char* name) const {
  int count = 0;
  return handle_ && theSuites.property->propGetDimension(handle_, name, &count) == kOfxStatOK ? count : 0;
}

bool Properties::lists(const char* name, const char* value) const {
  for (int i = 0; i < dimension(name); ++i)
    if (string(name, "", i) == value) return true;
  return false;
}

bool Properties::read(const char* name, double* values, int count) const {
  return handle_ && theSuites.property->propGetDoubleN(handle_, name, count, values) == kOfxStatOK;
}

bool Properties::read(const char* name, int* values, int count) const {
  return handle_ && theSuites.property->propGetIntN(handle_, name, count, values) == kOfxStatOK;
}

bool Properties::set(const char* name, const char* value, int index) const {
  return handle_ && theSuites.property->propSetString(handle_, name, index, value) == kOfxStatOK;
}

bool Properties::set(const char* name, const std::string& value, int index) const {
  return set(name, value.c_str(), index);
}

bool Properties::set(const char* name, int value, int index) const {
  return handle_ && theSuites.property->propSetInt(handle_, name, index, value) == kOfxStatOK;
}

bool Properties::set(const char* name, double value, int index) const {
  return handle_ && theSuites.property->propSetDouble(handle_, name, index, value) == kOfxStatOK;
}

bool Properties::setPointer(const char* name, void* value) const {
  return handle_ && theSuites.property->propSetPointer(handle_, name, 0, value) == kOfxStatOK;
}

bool Properties::set(const char* name, std::initializer_list<double> values) const {
  return handle_ && theSuites.property->propSetDoubleN(handle_, name, static_cast<int>(values.size()),
                                                       std::vector<double>(values).data()) == kOfxStatOK;
}

}  // namespace focuspuller
