// SPDX-License-Identifier: Apache-2.0
#include "kit.h"

namespace kit {

OfxHost* host = nullptr;
const OfxPropertySuiteV1* props = nullptr;
const OfxParameterSuiteV1* params = nullptr;
const OfxImageEffectSuiteV1* effects = nullptr;
const OfxMemorySuiteV1* memory = nullptr;
const OfxMultiThreadSuiteV1* threads = nullptr;
const OfxMessageSuiteV1* messages = nullptr;
const OfxProgressSuiteV1* progress = nullptr;
const OfxTimeLineSuiteV1* timeline = nullptr;

void fetchSuites() {
  props = fetch<OfxPropertySuiteV1>(kOfxPropertySuite, 1);
  params = fetch<OfxParameterSuiteV1>(kOfxParameterSuite, 1);
  effects = fetch<OfxImageEffectSuiteV1>(kOfxImageEffectSuite, 1);
  memory = fetch<OfxMemorySuiteV1>(kOfxMemorySuite, 1);
  threads = fetch<OfxMultiThreadSuiteV1>(kOfxMultiThreadSuite, 1);
  messages = fetch<OfxMessageSuiteV1>(kOfxMessageSuite, 1);
  progress = fetch<OfxProgressSuiteV1>(kOfxProgressSuite, 1);
  timeline = fetch<OfxTimeLineSuiteV1>(kOfxTimeLineSuite, 1);
}

OfxPropertySetHandle propertiesOf(OfxImageEffectHandle effect) {
  OfxPropertySetHandle set = nullptr;
  effects->getPropertySet(effect, &set);
  return set;
}

OfxParamSetHandle paramsOf(OfxImageEffectHandle effect) {
  OfxParamSetHandle set = nullptr;
  effects->getParamSet(effect, &set);
  return set;
}

OfxParamHandle param(OfxImageEffectHandle effect, const char* name) {
  OfxParamHandle handle = nullptr;
  params->paramGetHandle(paramsOf(effect), name, &handle, nullptr);
  return handle;
}

OfxPropertySetHandle paramProperties(OfxImageEffectHandle effect, const char* name) {
  OfxParamHandle handle = nullptr;
  OfxPropertySetHandle set = nullptr;
  params->paramGetHandle(paramsOf(effect), name, &handle, &set);
  return set;
}

OfxImageClipHandle clip(OfxImageEffectHandle effect, const char* name) {
  OfxImageClipHandle handle = nullptr;
  effects->clipGetHandle(effect, name, &handle, nullptr);
  return handle;
}

void describeEffect(OfxImageEffectHandle effect, const char* label) {
  OfxPropertySetHandle p = propertiesOf(effect);
  props->propSetString(p, kOfxPropLabel, 0, label);
  props->propSetString(p, kOfxImageEffectPluginPropGrouping, 0, "Tests");
  const char* contexts[] = {kOfxImageEffectContextFilter, kOfxImageEffectContextGeneral};
  props->propSetStringN(p, kOfxImageEffectPropSupportedContexts, 2, contexts);
  props->propSetString(p, kOfxImageEffectPropSupportedPixelDepths, 0, kOfxBitDepthByte);
  props->propSetString(p, kOfxImageEffectPropSupportedPixelDepths, 1, kOfxBitDepthShort);
  props->propSetString(p, kOfxImageEffectPropSupportedPixelDepths, 2, kOfxBitDepthHalf);
  props->propSetString(p, kOfxImageEffectPropSupportedPixelDepths, 3, kOfxBitDepthFloat);
  props->propSetString(p, kOfxImageEffectPluginRenderThreadSafety, 0, kOfxImageEffectRenderFullySafe);
  props->propSetInt(p, kOfxImageEffectPropTemporalClipAccess, 0, 1);
}

OfxPropertySetHandle defineClip(OfxImageEffectHandle effect, const char* name, bool optional, bool temporal) {
  OfxPropertySetHandle p = nullptr;
  effects->clipDefine(effect, name, &p);
  const char* components[] = {kOfxImageComponentRGBA, kOfxImageComponentRGB, kOfxImageComponentAlpha};
  props->propSetStringN(p, kOfxImageEffectPropSupportedComponents, 3, components);
  props->propSetInt(p, kOfxImageClipPropOptional, 0, optional);
  props->propSetInt(p, kOfxImageEffectPropTemporalClipAccess, 0, temporal);
  props->propSetString(p, kOfxImageClipPropFieldExtraction, 0, kOfxImageFieldBoth);
  return p;
}

OfxPropertySetHandle defineNumber(OfxImageEffectHandle effect, const char* name, double value, double low,
                                  double high) {
  OfxPropertySetHandle p = nullptr;
  params->paramDefine(paramsOf(effect), kOfxParamTypeDouble, name, &p);
  props->propSetDouble(p, kOfxParamPropDefault, 0, value);
  props->propSetDouble(p, kOfxParamPropMin, 0, low);
  props->propSetDouble(p, kOfxParamPropMax, 0, high);
  props->propSetDouble(p, kOfxParamPropDisplayMin, 0, low);
  props->propSetDouble(p, kOfxParamPropDisplayMax, 0, high);
  return p;
}

int Image::channels() const {
  return components == kOfxImageComponentAlpha ? 1 : components == kOfxImageComponentRGB ? 3 : 4;
}

int Image::bytes() const { return channels() * (depth == kOfxBitDepthByte ? 1 : depth == kOfxBitDepthFloat ? 4 : 2); }

OfxStatus getImage(OfxImageEffectHandle effect, const char* clipName, double time, Image& image) {
  OfxStatus status = effects->clipGetImage(clip(effect, clipName), time, nullptr, &image.handle);
  if (status != kOfxStatOK) return status;
  void* data = nullptr;
  props->propGetPointer(image.handle, kOfxImagePropData, 0, &data);
  image.data = static_cast<char*>(data);
  props->propGetIntN(image.handle, kOfxImagePropBounds, 4, &image.bounds.x1);
  props->propGetInt(image.handle, kOfxImagePropRowBytes, 0, &image.rowBytes);
  image.depth = text(image.handle, kOfxImageEffectPropPixelDepth);
  image.components = text(image.handle, kOfxImageEffectPropComponents);
  return kOfxStatOK;
}

std::string text(OfxPropertySetHandle set, const char* name, int index) {
  char* value = nullptr;
  return props->propGetString(set, name, index, &value) == kOfxStatOK ? value : "";
}

double number(OfxPropertySetHandle set, const char* name, int index) {
  double value = 0;
  props->propGetDouble(set, name, index, &value);
  return value;
}

}  // namespace kit
