// SPDX-License-Identifier: Apache-2.0
#include "effect.h"

#include "host_quirks.h"

namespace focuspuller {

Effect::Effect(OfxImageEffectHandle handle, const NodeDeclaration& node) : handle_(handle), node_(node) {
  const Suites& s = suites();
  OfxPropertySetHandle properties = nullptr;
  s.effect->getPropertySet(handle, &properties);
  properties_ = Properties(properties);
  s.effect->getParamSet(handle, &parameters_);
  general_ = properties_.string(kOfxImageEffectPropContext) == kOfxImageEffectContextGeneral;

  const auto clip = [&](const char* name, const ClipDeclaration* declaration) {
    ClipInstance instance;
    instance.declaration = declaration;
    OfxPropertySetHandle clipProperties = nullptr;
    if (s.effect->clipGetHandle(handle, name, &instance.handle, &clipProperties) != kOfxStatOK)
      instance.handle = nullptr;
    else
      instance.properties = Properties(clipProperties);
    return instance;
  };
  for (const ClipDeclaration& declaration : node.clips) {
    const bool defined = general_ || declaration.name == kOfxImageEffectSimpleSourceClipName;
    inputs_.push_back(defined ? clip(declaration.name.c_str(), &declaration) : ClipInstance{&declaration, nullptr, {}});
  }
  output_ = clip(kOfxImageEffectOutputClipName, nullptr);

  for (const KnobDeclaration& declaration : node.knobs) {
    OfxParamHandle param = nullptr;
    if (s.parameter->paramGetHandle(parameters_, declaration.name.c_str(), &param, nullptr) != kOfxStatOK)
      param = nullptr;
    knobs_.push_back(param);
  }
  enabled_.assign(knobs_.size(), -1);
}

Effect* Effect::of(OfxImageEffectHandle handle) {
  OfxPropertySetHandle properties = nullptr;
  if (!handle || suites().effect->getPropertySet(handle, &properties) != kOfxStatOK) return nullptr;
  return static_cast<Effect*>(Properties(properties).pointer(kOfxPropInstanceData));
}

const ClipInstance* Effect::input(const std::string& name) const {
  for (const ClipInstance& clip : inputs_)
    if (clip.declaration->name == name) return &clip;
  return nullptr;
}

PixelGrid Effect::grid(OfxPointD scale) const {
  double aspect = output_.properties.number(kOfxImagePropPixelAspectRatio);
  if (!(aspect > 0)) aspect = properties_.number(kOfxImageEffectPropProjectPixelAspectRatio, 1);
  return {scale, aspect > 0 ? aspect : 1};
}

OfxRectD Effect::format() const {
  double offset[2] = {0, 0}, size[2] = {0, 0};
  properties_.read(kOfxImageEffectPropProjectOffset, offset, 2);
  if (properties_.read(kOfxImageEffectPropProjectSize, size, 2) && size[0] > 0 && size[1] > 0)
    return {offset[0], offset[1], offset[0] + size[0], offset[1] + size[1]};
  return region(source(), 0,
                grid({1, 1}));  // MLT does not tell instances about the project; there the frame is Source's
}

OfxPointD Effect::extent() const {
  double extent[2] = {0, 0};
  if (properties_.read(kOfxImageEffectPropProjectExtent, extent, 2) && extent[0] > 0 && extent[1] > 0)
    return {extent[0], extent[1]};
  const OfxRectD frame = format();
  return {frame.x2, frame.y2};
}

double Effect::frameRate() const {
  double rate = properties_.number(kOfxImageEffectPropFrameRate);
  if (!(rate > 0)) rate = source().properties.number(kOfxImageEffectPropFrameRate);
  return rate > 0 ? rate : 24;
}

OfxRectD Effect::region(const ClipInstance& clip, OfxTime time, const PixelGrid& grid) const {
  OfxRectD region{0, 0, 0, 0};
  if (!clip.handle || suites().effect->clipGetRegionOfDefinition(clip.handle, time, &region) != kOfxStatOK)
    return {0, 0, 0, 0};
  if (hostFacts().regionsInPixels)
    return {region.x1 / grid.across(), region.y1 / grid.down(), region.x2 / grid.across(), region.y2 / grid.down()};
  if (hostFacts().scaledFrames)
    return {region.x1 / grid.scale.x, region.y1 / grid.scale.y, region.x2 / grid.scale.x, region.y2 / grid.scale.y};
  return region;
}

}  // namespace focuspuller
