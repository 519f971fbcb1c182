// SPDX-License-Identifier: Apache-2.0
// What the test plug-ins share: the suites, and a few short words for the longest calls.
#pragma once

#include <cstdlib>
#include <cstring>
#include <string>

#include "image_effect.h"
#include "interact.h"
#include "param.h"
#include "property.h"
#include "services.h"

namespace kit {

extern OfxHost* host;
extern const OfxPropertySuiteV1* props;
extern const OfxParameterSuiteV1* params;
extern const OfxImageEffectSuiteV1* effects;
extern const OfxMemorySuiteV1* memory;
extern const OfxMultiThreadSuiteV1* threads;
extern const OfxMessageSuiteV1* messages;
extern const OfxProgressSuiteV1* progress;
extern const OfxTimeLineSuiteV1* timeline;

template <class Suite>
const Suite* fetch(const char* name, int version) {
  return static_cast<const Suite*>(host->fetchSuite(host->host, name, version));
}

void fetchSuites();

inline OfxImageEffectHandle effectOf(const void* handle) {
  return static_cast<OfxImageEffectHandle>(const_cast<void*>(handle));
}

OfxPropertySetHandle propertiesOf(OfxImageEffectHandle effect);
OfxParamSetHandle paramsOf(OfxImageEffectHandle effect);
OfxParamHandle param(OfxImageEffectHandle effect, const char* name);
OfxPropertySetHandle paramProperties(OfxImageEffectHandle effect, const char* name);
OfxImageClipHandle clip(OfxImageEffectHandle effect, const char* name);

// While describing.
void describeEffect(OfxImageEffectHandle effect, const char* label);
OfxPropertySetHandle defineClip(OfxImageEffectHandle effect, const char* name, bool optional, bool temporal);
OfxPropertySetHandle defineNumber(OfxImageEffectHandle effect, const char* name, double value, double low, double high);

struct Image {
  OfxPropertySetHandle handle = nullptr;
  OfxRectI bounds{};
  char* data = nullptr;
  int rowBytes = 0;
  std::string depth, components;
  int channels() const;
  int bytes() const;  // of one pixel
  char* at(int x, int y) const {
    return data + static_cast<long>(y - bounds.y1) * rowBytes + static_cast<long>(x - bounds.x1) * bytes();
  }
  bool has(int x, int y) const { return x >= bounds.x1 && x < bounds.x2 && y >= bounds.y1 && y < bounds.y2; }
};

OfxStatus getImage(OfxImageEffectHandle effect, const char* clipName, double time, Image& image);
std::string text(OfxPropertySetHandle set, const char* name, int index = 0);
double number(OfxPropertySetHandle set, const char* name, int index = 0);

}  // namespace kit
