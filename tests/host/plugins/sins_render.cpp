// SPDX-License-Identifier: Apache-2.0
#include <limits>
#include <stdexcept>

#include "sins.h"

using namespace kit;

namespace {

double timeOf(const Scene& s) { return number(s.in, kOfxPropTime); }

// Fills the output with zeros, so that nothing else is wrong.
OfxStatus fill(const Scene& s, int skippedRows = 0) {
  Image output;
  if (getImage(s.effect, "Output", timeOf(s), output) != kOfxStatOK) return kOfxStatFailed;
  for (int y = output.bounds.y1 + skippedRows; y < output.bounds.y2; ++y) {
    std::memset(output.at(output.bounds.x1, y), 0, (output.bounds.x2 - output.bounds.x1) * output.bytes());
  }
  return effects->clipReleaseImage(output.handle);
}

Sin around(std::function<void(const Scene&)> wrong) {
  return [wrong = std::move(wrong)](const Scene& s) {
    wrong(s);
    return fill(s);
  };
}

void spawn(unsigned int, unsigned int, void* nested) {
  if (nested) threads->multiThread(spawn, 2, nullptr);
}

void thrower(unsigned int, unsigned int, void*) { throw std::runtime_error("sin"); }

}  // namespace

const Sins& renderSins() {
  static const Sins all = {
      {"image kept", around([](const Scene& s) {
         Image image;
         getImage(s.effect, "Source", timeOf(s), image);
       })},
      {"image released twice", around([](const Scene& s) {
         Image image;
         getImage(s.effect, "Source", timeOf(s), image);
         effects->clipReleaseImage(image.handle);
         effects->clipReleaseImage(image.handle);
       })},
      {"image used after release", around([](const Scene& s) {
         Image image;
         getImage(s.effect, "Source", timeOf(s), image);
         effects->clipReleaseImage(image.handle);
         text(image.handle, kOfxImageEffectPropComponents);
       })},
      {"released what is no image", around([](const Scene& s) { effects->clipReleaseImage(propertiesOf(s.effect)); })},
      {"image written", around([](const Scene& s) {
         Image image;
         getImage(s.effect, "Source", timeOf(s), image);
         *image.at(image.bounds.x1, image.bounds.y1) ^= 1;
         effects->clipReleaseImage(image.handle);
       })},
      {"written outside", around([](const Scene& s) {
         Image output;
         getImage(s.effect, "Output", timeOf(s), output);
         *(output.at(output.bounds.x2 - 1, output.bounds.y1) + output.bytes()) = 7;
         effects->clipReleaseImage(output.handle);
       })},
      {"written above", around([](const Scene& s) {
         Image output;
         getImage(s.effect, "Output", timeOf(s), output);
         *output.at(output.bounds.x1, output.bounds.y2) = 7;
         effects->clipReleaseImage(output.handle);
       })},
      {"rows left unwritten", [](const Scene& s) { return fill(s, 2); }},
      {"value set in render", around([](const Scene& s) { params->paramSetValue(param(s.effect, "size"), 2.0); })},
      {"key set in render",
       around([](const Scene& s) { params->paramSetValueAtTime(param(s.effect, "size"), 1.0, 2.0); })},
      {"value without time in render", around([](const Scene& s) {
         double value;
         params->paramGetValue(param(s.effect, "size"), &value);
       })},
      {"edit block in render", around([](const Scene& s) { params->paramEditBegin(paramsOf(s.effect), "sin"); })},
      {"parameter greyed in render", around([](const Scene& s) {
         props->propSetInt(paramProperties(s.effect, "size"), kOfxParamPropEnabled, 0, 0);
       })},
      {"progress in render", around([](const Scene& s) { progress->progressStart(s.effect, "sin"); })},
      {"time moved in render", around([](const Scene& s) { timeline->gotoTime(s.effect, 5); })},
      {"frame not announced", around([](const Scene& s) {
         Image image;
         if (getImage(s.effect, "Source", timeOf(s) + 2, image) == kOfxStatOK) effects->clipReleaseImage(image.handle);
       })},
      {"frame without temporal access", around([](const Scene& s) {
         Image image;
         if (getImage(s.effect, "Matte", timeOf(s) + 2, image) == kOfxStatOK) effects->clipReleaseImage(image.handle);
       })},
      {"output of another time", around([](const Scene& s) {
         Image image;
         getImage(s.effect, "Output", timeOf(s) + 2, image);
       })},
      {"out arguments read only", around([](const Scene& s) { props->propSetDouble(s.in, kOfxPropTime, 0, 3.0); })},
      {"exception", [](const Scene&) -> OfxStatus { throw std::runtime_error("sin"); }},
      {"exception in a thread", around([](const Scene&) { threads->multiThread(thrower, 2, nullptr); })},
      {"threads in threads", around([](const Scene& s) { threads->multiThread(spawn, 2, s.effect); })},
      {"reply default from render", [](const Scene&) { return kOfxStatReplyDefault; }},
      {"invented status", [](const Scene&) { return 4711; }},
  };
  return all;
}

const Sins& questionSins(const std::string& action) {
  static const double nan = std::numeric_limits<double>::quiet_NaN();
  static const Sins none;
  static const std::map<std::string, Sins> all = {
      {kOfxImageEffectActionGetRegionOfDefinition,
       {{"region upside down",
         [](const Scene& s) {
           const double r[] = {10, 10, 0, 0};
           return props->propSetDoubleN(s.out, kOfxImageEffectPropRegionOfDefinition, 4, r);
         }},
        {"region of three numbers",
         [](const Scene& s) {
           const double r[] = {0, 0, 10};
           props->propSetDoubleN(s.out, kOfxImageEffectPropRegionOfDefinition, 3, r);
           return kOfxStatReplyDefault;
         }}}},
      {kOfxImageEffectActionGetRegionsOfInterest,
       {{"region of interest of NaN",
         [](const Scene& s) {
           const double r[] = {nan, 0, 10, 10};
           return props->propSetDoubleN(s.out, "OfxImageClipPropRoI_Source", 4, r);
         }},
        {"region of interest of a ghost",
         [](const Scene& s) {
           const double r[] = {0, 0, 10, 10};
           props->propSetDoubleN(s.out, "OfxImageClipPropRoI_Ghost", 4, r);
           return kOfxStatReplyDefault;
         }}}},
      {kOfxImageEffectActionGetFramesNeeded,
       {{"half a range",
         [](const Scene& s) {
           const double range[] = {1};
           return props->propSetDoubleN(s.out, "OfxImageClipPropFrameRange_Source", 1, range);
         }}}},
      {kOfxImageEffectActionIsIdentity,
       {{"identical to a ghost",
         [](const Scene& s) { return props->propSetString(s.out, kOfxPropName, 0, "Ghost"); }}}},
      {kOfxImageEffectActionGetClipPreferences,
       {{"depth changed",
         [](const Scene& s) {
           return props->propSetString(s.out, "OfxImageClipPropDepth_Source", 0, kOfxBitDepthByte);
         }},
        {"components changed in filter",
         [](const Scene& s) {
           return props->propSetString(s.out, "OfxImageClipPropComponents_Output", 0, kOfxImageComponentAlpha);
         }},
        {"aspect ratio changed",
         [](const Scene& s) { return props->propSetDouble(s.out, "OfxImageClipPropPAR_Output", 0, 2.0); }},
        {"frame rate changed",
         [](const Scene& s) { return props->propSetDouble(s.out, kOfxImageEffectPropFrameRate, 0, 30.0); }},
        {"region asked in preferences",
         [](const Scene& s) {
           OfxRectD r;
           effects->clipGetRegionOfDefinition(clip(s.effect, "Source"), 1, &r);
           return kOfxStatReplyDefault;
         }}}},
  };
  auto found = all.find(action);
  return found == all.end() ? none : found->second;
}
