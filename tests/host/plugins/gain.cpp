// SPDX-License-Identifier: Apache-2.0
// A plug-in that keeps every rule: Source × gain, of a frame `shift` later, grown by `grow` px, with a button that
// keys.
#include <chrono>
#include <cmath>
#include <cstdint>
#include <thread>

#include "kit.h"

using namespace kit;

namespace {

OfxStatus overlay(const char* action, const void* handle, OfxPropertySetHandle in, OfxPropertySetHandle) {
  const bool pen = !std::strcmp(action, kOfxInteractActionPenDown);
  if (!std::strcmp(action, kOfxInteractActionDraw)) return kOfxStatOK;
  if (!pen) return kOfxStatReplyDefault;
  auto* interacts = fetch<OfxInteractSuiteV1>(kOfxInteractSuite, 1);
  void* instance = nullptr;
  props->propGetPointer(in, kOfxPropEffectInstance, 0, &instance);
  OfxImageEffectHandle effect = effectOf(instance);
  double position[2];
  props->propGetDoubleN(in, kOfxInteractPropPenPosition, 2, position);
  params->paramEditBegin(paramsOf(effect), "Move");
  params->paramSetValue(param(effect, "centre"), position[0], position[1]);
  params->paramEditEnd(paramsOf(effect));
  interacts->interactRedraw(static_cast<OfxInteractHandle>(const_cast<void*>(handle)));
  return kOfxStatOK;
}

OfxStatus describe(OfxImageEffectHandle effect) {
  describeEffect(effect, "Gain");
  auto* entry = reinterpret_cast<void*>(&overlay);
  props->propSetPointer(propertiesOf(effect), kOfxImageEffectPluginPropOverlayInteractV1, 0, entry);
  return kOfxStatOK;
}

OfxStatus describeInContext(OfxImageEffectHandle effect) {
  defineClip(effect, kOfxImageEffectOutputClipName, false, false);
  defineClip(effect, kOfxImageEffectSimpleSourceClipName, false, true);
  defineClip(effect, "Matte", true, false);
  OfxParamSetHandle set = paramsOf(effect);
  OfxPropertySetHandle p = nullptr;
  params->paramDefine(set, kOfxParamTypePage, "main", &p);
  const char* children[] = {"gain", "mode", "centre", "bake"};
  props->propSetStringN(p, kOfxParamPropPageChild, 4, children);
  defineNumber(effect, "gain", 1, 0, 100);
  defineNumber(effect, "shift", 0, -10, 10);
  defineNumber(effect, "grow", 0, 0, 1000);
  defineNumber(effect, "wait", 0, 0, 60);
  params->paramDefine(set, kOfxParamTypeDouble2D, "centre", &p);
  props->propSetString(p, kOfxParamPropDoubleType, 0, kOfxParamDoubleTypeXYAbsolute);
  const double middle[] = {0.5, 0.25}, low[] = {-1e6, -1e6}, high[] = {1e6, 1e6};
  props->propSetString(p, kOfxParamPropDefaultCoordinateSystem, 0, kOfxParamCoordinatesNormalised);
  props->propSetDoubleN(p, kOfxParamPropDefault, 2, middle);
  props->propSetDoubleN(p, kOfxParamPropMin, 2, low);
  props->propSetDoubleN(p, kOfxParamPropMax, 2, high);
  props->propSetDoubleN(p, kOfxParamPropDisplayMin, 2, low);
  props->propSetDoubleN(p, kOfxParamPropDisplayMax, 2, high);
  params->paramDefine(set, kOfxParamTypeChoice, "mode", &p);
  const char* options[] = {"gain", "identity", "fail", "memory"};
  props->propSetStringN(p, kOfxParamPropChoiceOption, 4, options);
  params->paramDefine(set, kOfxParamTypeInteger, "count", &p);
  const int counts[] = {3, 0, 9};
  props->propSetInt(p, kOfxParamPropDefault, 0, counts[0]);
  for (const char* name : {kOfxParamPropMin, kOfxParamPropDisplayMin}) props->propSetInt(p, name, 0, counts[1]);
  for (const char* name : {kOfxParamPropMax, kOfxParamPropDisplayMax}) props->propSetInt(p, name, 0, counts[2]);
  params->paramDefine(set, kOfxParamTypeBoolean, "on", &p);
  props->propSetInt(p, kOfxParamPropDefault, 0, 1);
  params->paramDefine(set, kOfxParamTypeString, "note", &p);
  props->propSetString(p, kOfxParamPropDefault, 0, "träge");
  params->paramDefine(set, kOfxParamTypePushButton, "bake", &p);
  params->paramDefine(set, kOfxParamTypePushButton, "audit", &p);
  return kOfxStatOK;
}

double valueAt(OfxImageEffectHandle effect, const char* name, double time) {
  double value = 0;
  params->paramGetValueAtTime(param(effect, name), time, &value);
  return value;
}

int modeAt(OfxImageEffectHandle effect, double time) {
  int mode = 0;
  params->paramGetValueAtTime(param(effect, "mode"), time, &mode);
  return mode;
}

// Keys gain at every frame of Source with the brightest value there.
OfxStatus bake(OfxImageEffectHandle effect) {
  double first = 0, last = 0;
  OfxPropertySetHandle source = nullptr;
  effects->clipGetPropertySet(clip(effect, "Source"), &source);
  first = number(source, kOfxImageEffectPropFrameRange, 0);
  last = number(source, kOfxImageEffectPropFrameRange, 1);
  progress->progressStart(effect, "Baking");
  params->paramEditBegin(paramsOf(effect), "Bake");
  bool stopped = false;
  for (double frame = first; frame <= last && !stopped; ++frame) {
    Image image;
    float brightest = 0;
    if (getImage(effect, "Source", frame, image) == kOfxStatOK) {
      for (int y = image.bounds.y1; y < image.bounds.y2; ++y) {
        brightest = std::max(brightest, *reinterpret_cast<float*>(image.at(image.bounds.x1, y)));
      }
      effects->clipReleaseImage(image.handle);
    }
    params->paramSetValueAtTime(param(effect, "gain"), frame, static_cast<double>(brightest));
    stopped = progress->progressUpdate(effect, (frame - first) / std::max(last - first, 1.0)) == kOfxStatReplyNo;
  }
  params->paramEditEnd(paramsOf(effect));
  progress->progressEnd(effect);
  return stopped ? kOfxStatFailed : kOfxStatOK;
}

// Asks all there is to ask of gain's curve, copies it to shift a frame later, and says what it found.
OfxStatus audit(OfxImageEffectHandle effect, double time) {
  OfxParamHandle gain = param(effect, "gain"), shift = param(effect, "shift");
  unsigned int count = 0;
  int next = -1, previous = -1, none = 7;
  double slope = 0, area = 0, second = 0, first = 0, last = 0, now = 0;
  params->paramGetNumKeys(gain, &count);
  params->paramGetKeyTime(gain, 1, &second);
  params->paramGetKeyIndex(gain, time, 1, &next);
  params->paramGetKeyIndex(gain, time, -1, &previous);
  const OfxStatus missing = params->paramGetKeyIndex(gain, time, 0, &none);
  const OfxStatus beyond = params->paramGetKeyTime(gain, 99, &now);
  params->paramGetDerivative(gain, time, &slope);
  params->paramGetIntegral(gain, 0.0, 10.0, &area);
  const OfxStatus whole = params->paramGetDerivative(param(effect, "count"), time, &slope);
  timeline->getTimeBounds(effect, &first, &last);
  timeline->getTime(effect, &now);
  params->paramEditBegin(paramsOf(effect), "Audit");
  params->paramCopy(shift, gain, 1, nullptr);
  params->paramDeleteKey(shift, second + 1);
  params->paramEditEnd(paramsOf(effect));
  return messages->message(effect, kOfxMessageMessage, "audit", "%u %g %d %d %d %g %g | %d %d %d | %g %g %g", count,
                           second, next, previous, none, slope, area, missing, beyond, whole, first, last, now);
}

OfxStatus changed(OfxImageEffectHandle effect, OfxPropertySetHandle in) {
  const std::string name = text(in, kOfxPropName), reason = text(in, kOfxPropChangeReason);
  if (name == "bake" && reason == kOfxChangeUserEdited) return bake(effect);
  if (name == "audit") return audit(effect, number(in, kOfxPropTime));
  if (name != "on") return kOfxStatReplyDefault;
  int on = 0;
  params->paramGetValue(param(effect, "on"), &on);
  props->propSetInt(paramProperties(effect, "note"), kOfxParamPropEnabled, 0, on);
  return kOfxStatOK;
}

struct Work {
  const Image &from, &to;
  const OfxRectI& window;
  double gain, highest;
};

// Every `count`th row, of the thread's own.
template <class C>
void scaleRows(unsigned int index, unsigned int count, void* argument) {
  const auto& [from, to, window, gain, highest] = *static_cast<Work*>(argument);
  for (int y = window.y1 + static_cast<int>(index); y < window.y2; y += static_cast<int>(count)) {
    for (int x = window.x1; x < window.x2; ++x) {
      auto* pixel = reinterpret_cast<C*>(to.at(x, y));
      const bool inside = from.has(x, y);
      const auto* source = inside ? reinterpret_cast<const C*>(from.at(x, y)) : nullptr;
      for (int c = 0; c < to.channels(); ++c) {
        const double value = inside ? source[c] * gain : 0;
        pixel[c] = highest ? static_cast<C>(std::lround(std::min(value, highest))) : static_cast<C>(value);
      }
    }
  }
}

template <class C>
void scale(const Image& from, const Image& to, const OfxRectI& window, double gain, double highest) {
  Work work{from, to, window, gain, highest};
  threads->multiThread(scaleRows<C>, 2, &work);
}

OfxStatus render(OfxImageEffectHandle effect, OfxPropertySetHandle in) {
  const double time = number(in, kOfxPropTime);
  OfxRectI window{};
  props->propGetIntN(in, kOfxImageEffectPropRenderWindow, 4, &window.x1);
  if (modeAt(effect, time) == 2) {
    messages->message(effect, kOfxMessageError, "gain", "%s at %g: turn mode to gain", "will not render", time);
    return kOfxStatFailed;
  }
  if (modeAt(effect, time) == 3) return kOfxStatErrMemory;
  const auto until = std::chrono::steady_clock::now() + std::chrono::duration<double>(valueAt(effect, "wait", time));
  while (std::chrono::steady_clock::now() < until) {
    if (effects->abort(effect)) return kOfxStatOK;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  Image output, source;
  if (getImage(effect, "Output", time, output) != kOfxStatOK) return kOfxStatFailed;
  const OfxStatus got = getImage(effect, "Source", time + valueAt(effect, "shift", time), source);
  const double gain = valueAt(effect, "gain", time);
  if (output.depth == kOfxBitDepthFloat) scale<float>(source, output, window, gain, 0);
  if (output.depth == kOfxBitDepthByte) scale<std::uint8_t>(source, output, window, gain, 255);
  if (output.depth == kOfxBitDepthShort) scale<std::uint16_t>(source, output, window, gain, 65535);
  if (output.depth == kOfxBitDepthHalf) scale<std::uint16_t>(source, output, window, 1, 65535);  // gain is not for half
  if (got == kOfxStatOK) effects->clipReleaseImage(source.handle);
  effects->clipReleaseImage(output.handle);
  return kOfxStatOK;
}

OfxStatus region(OfxImageEffectHandle effect, OfxPropertySetHandle in, OfxPropertySetHandle out) {
  const double time = number(in, kOfxPropTime), grow = valueAt(effect, "grow", time);
  OfxRectD r{};
  if (effects->clipGetRegionOfDefinition(clip(effect, "Source"), time, &r) != kOfxStatOK) return kOfxStatReplyDefault;
  if (r.x1 >= r.x2) return kOfxStatReplyDefault;
  const double grown[] = {r.x1 - grow, r.y1 - grow, r.x2 + grow, r.y2 + grow};
  props->propSetDoubleN(out, kOfxImageEffectPropRegionOfDefinition, 4, grown);
  return kOfxStatOK;
}

OfxStatus framesNeeded(OfxImageEffectHandle effect, OfxPropertySetHandle in, OfxPropertySetHandle out) {
  const double time = number(in, kOfxPropTime), at = time + valueAt(effect, "shift", time);
  const double range[] = {at, at};
  props->propSetDoubleN(out, "OfxImageClipPropFrameRange_Source", 2, range);
  return kOfxStatOK;
}

OfxStatus identity(OfxImageEffectHandle effect, OfxPropertySetHandle in, OfxPropertySetHandle out) {
  if (modeAt(effect, number(in, kOfxPropTime)) != 1) return kOfxStatReplyDefault;
  props->propSetString(out, kOfxPropName, 0, "Source");
  return kOfxStatOK;
}

}  // namespace

OfxStatus gainMain(const char* action, const void* handle, OfxPropertySetHandle in, OfxPropertySetHandle out) {
  const std::string what = action;
  OfxImageEffectHandle effect = effectOf(handle);
  if (what == kOfxActionLoad) {
    fetchSuites();
    return kOfxStatOK;
  }
  if (what == kOfxActionDescribe) return describe(effect);
  if (what == kOfxImageEffectActionDescribeInContext) return describeInContext(effect);
  if (what == kOfxActionInstanceChanged) return changed(effect, in);
  if (what == kOfxImageEffectActionRender) return render(effect, in);
  if (what == kOfxImageEffectActionGetRegionOfDefinition) return region(effect, in, out);
  if (what == kOfxImageEffectActionGetFramesNeeded) return framesNeeded(effect, in, out);
  if (what == kOfxImageEffectActionIsIdentity) return identity(effect, in, out);
  return kOfxStatReplyDefault;
}
