// SPDX-License-Identifier: Apache-2.0
#include "describe.h"

#include "colour_spaces.h"
#include "describe_knobs.h"
#include "host_quirks.h"
#include "overlay.h"

namespace focuspuller {
namespace {

void describeClip(OfxImageEffectHandle descriptor, const ClipDeclaration& clip, const NodeDeclaration& node) {
  OfxPropertySetHandle handle = nullptr;
  suites().effect->clipDefine(descriptor, clip.name.c_str(), &handle);
  const Properties properties(handle);
  for (size_t i = 0; i < clip.components.size(); ++i)
    properties.set(kOfxImageEffectPropSupportedComponents, componentsName(clip.components[i]), static_cast<int>(i));
  properties.set(kOfxPropLabel, clip.name);
  properties.set(kOfxImageClipPropOptional, clip.optional);
  properties.set(kOfxImageClipPropIsMask, clip.role == "matte");
  properties.set(kOfxImageEffectPropTemporalClipAccess, clip.temporal);
  properties.set(kOfxImageEffectPropSupportsTiles, node.tiles);
}

void describeOutput(OfxImageEffectHandle descriptor, const NodeDeclaration& node, bool general) {
  OfxPropertySetHandle handle = nullptr;
  suites().effect->clipDefine(descriptor, kOfxImageEffectOutputClipName, &handle);
  const Properties properties(handle);
  if (general && !node.outputComponents.empty()) {
    properties.set(kOfxImageEffectPropSupportedComponents, componentsName(node.outputComponents));
  } else {
    const std::vector<std::string>& components = node.clips.front().components;
    for (size_t i = 0; i < components.size(); ++i)
      properties.set(kOfxImageEffectPropSupportedComponents, componentsName(components[i]), static_cast<int>(i));
  }
  properties.set(kOfxImageEffectPropSupportsTiles, node.tiles);
}

void collectKnobs(const Json& formula, std::vector<std::string>& names) {
  if (formula.type() != Json::Type::object) return;
  if (formula.has("knob")) names.push_back(formula.at("knob").string());
  if (formula.has("args"))
    for (const Json& argument : formula.at("args").array()) collectKnobs(argument, names);
}

// The knobs that clip preferences depend on, see regions.cpp.
std::vector<std::string> preferenceKnobs(const NodeDeclaration& node) {
  std::vector<std::string> names;
  collectKnobs(node.outputIsData, names);
  for (const KnobDeclaration& knob : node.knobs)
    if (knob.type == KnobDeclaration::Type::file) names.push_back(knob.name);
  return names;
}

}  // namespace

std::string componentsName(const std::string& components) {
  if (components == "RGBA") return kOfxImageComponentRGBA;
  if (components == "RGB") return kOfxImageComponentRGB;
  if (components == "Alpha") return kOfxImageComponentAlpha;
  throw JsonError("there are no components " + components);
}

OfxStatus describe(OfxImageEffectHandle descriptor, const NodeDeclaration& node, const std::string& projectVersion) {
  OfxPropertySetHandle handle = nullptr;
  if (const OfxStatus status = suites().effect->getPropertySet(descriptor, &handle); status != kOfxStatOK)
    return status;
  const Properties properties(handle);
  properties.set(kOfxPropLabel, node.label);
  properties.set(kOfxPropShortLabel, node.label);
  properties.set(kOfxPropLongLabel, node.label);
  properties.set(kOfxPropPluginDescription, node.description);
  properties.set(kOfxPropVersionLabel, projectVersion);
  properties.set(kOfxImageEffectPluginPropGrouping, "FocusPuller");
  properties.set(kOfxImageEffectPropSupportedContexts, kOfxImageEffectContextFilter, 0);
  properties.set(kOfxImageEffectPropSupportedContexts, kOfxImageEffectContextGeneral, 1);
  int index = 0;
  for (const char* depth : {kOfxBitDepthFloat, kOfxBitDepthHalf, kOfxBitDepthShort, kOfxBitDepthByte})
    properties.set(kOfxImageEffectPropSupportedPixelDepths, depth, index++);
  properties.set(kOfxImageEffectPluginPropSingleInstance, 0);
  properties.set(kOfxImageEffectPluginRenderThreadSafety, kOfxImageEffectRenderFullySafe);
  properties.set(kOfxImageEffectPluginPropHostFrameThreading, 0);
  properties.set(kOfxImageEffectPropSupportsMultiResolution, 1);
  properties.set(kOfxImageEffectPropSupportsTiles, node.tiles);
  properties.set(kOfxImageEffectPropTemporalClipAccess, node.temporal());
  properties.set(kOfxImageEffectPropSupportsMultipleClipDepths, 1);
  properties.set(kOfxImageEffectPropSupportsMultipleClipPARs, 0);
  index = 0;
  for (const std::string& knob : preferenceKnobs(node))
    properties.set(kOfxImageEffectPropClipPreferencesSlaveParam, knob, index++);
  describeColourManagement(properties);
  describeOverlay(properties, node);
  return kOfxStatOK;
}

OfxStatus describeInContext(OfxImageEffectHandle descriptor, const NodeDeclaration& node, const std::string& context) {
  const bool general = context == kOfxImageEffectContextGeneral;
  if (!general && context != kOfxImageEffectContextFilter) return kOfxStatErrUnsupported;
  for (const ClipDeclaration& clip : node.clips)
    if (general || clip.name == kOfxImageEffectSimpleSourceClipName) describeClip(descriptor, clip, node);
  describeOutput(descriptor, node, general);

  OfxParamSetHandle parameters = nullptr;
  OfxPropertySetHandle effect = nullptr;
  if (const OfxStatus status = suites().effect->getParamSet(descriptor, &parameters); status != kOfxStatOK)
    return status;
  suites().effect->getPropertySet(descriptor, &effect);
  describeKnobs(parameters, Properties(effect), node);
  return kOfxStatOK;
}

}  // namespace focuspuller
