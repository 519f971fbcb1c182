// SPDX-License-Identifier: Apache-2.0
// Clip preferences: what the host proposes, what the plug-in may change, what then holds.
#include <algorithm>

#include "binary.h"
#include "effect.h"

namespace focuspuller::host {
namespace {

const char* const kDeepening[] = {kOfxBitDepthByte, kOfxBitDepthShort, kOfxBitDepthHalf, kOfxBitDepthFloat};

bool has(const std::vector<std::string>& all, const std::string& one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

// The host's depth if the plug-in takes it, else the next deeper one, else the deepest it takes.
std::string mappedDepth(const std::string& wanted, const std::vector<std::string>& supported) {
  bool reached = false;
  for (const char* depth : kDeepening) {
    reached = reached || depth == wanted;
    if (reached && has(supported, depth)) return depth;
  }
  for (int i = 3; i >= 0; --i) {
    if (has(supported, kDeepening[i])) return kDeepening[i];
  }
  return kOfxBitDepthFloat;
}

std::string mappedComponents(const std::string& native, const Clip& clip, const std::vector<std::string>& hosts) {
  const std::string order[] = {native, kOfxImageComponentRGBA, kOfxImageComponentRGB, kOfxImageComponentAlpha};
  for (const std::string& components : order) {
    if (clip.supports(components) && has(hosts, components)) return components;
  }
  const auto supported = clip.properties->texts(kOfxImageEffectPropSupportedComponents);
  return supported.empty() ? kOfxImageComponentRGBA : supported[0];
}

}  // namespace

Preferences Instance::defaultPreferences() const {
  const PropertySet& described = *plugin.contexts.at(context)->properties;
  const auto depths = described.texts(kOfxImageEffectPropSupportedPixelDepths);
  const std::string depth = mappedDepth(host->profile.depth, depths);
  Preferences result;
  result.fps = project.fps;
  std::string outputNative = kOfxImageComponentRGBA;
  result.premultiplication = kOfxImageOpaque;
  for (const auto& clip : clips) {
    if (clip->isOutput()) continue;
    result.depths[clip->name] = depth;
    auto source = clip->source();
    const std::string native = source ? source->components : kOfxImageComponentRGBA;
    result.components[clip->name] = mappedComponents(native, *clip, host->profile.components);
    if (!source) continue;
    if (clip->name == kOfxImageEffectSimpleSourceClipName) outputNative = result.components[clip->name];
    if (source->premultiplication == kOfxImagePreMultiplied) result.premultiplication = kOfxImagePreMultiplied;
    if (source->premultiplication == kOfxImageUnPreMultiplied && result.premultiplication == kOfxImageOpaque) {
      result.premultiplication = kOfxImageUnPreMultiplied;
    }
  }
  if (auto output = clip(kOfxImageEffectOutputClipName)) {
    result.depths[output->name] = depth;
    result.components[output->name] = mappedComponents(outputNative, *output, host->profile.components);
  }
  result.fieldOrder = host->profile.fielded ? kOfxImageFieldLower : kOfxImageFieldNone;
  return result;
}

Preferences Instance::preferences() {
  std::lock_guard lock(preferencesMutex_);
  if (preferences_) return *preferences_;
  const Preferences defaults = defaultPreferences();
  publish(defaults);
  Call action(*host, kPreferences, kOfxImageEffectActionGetClipPreferences,
              std::static_pointer_cast<Effect>(shared_from_this()));
  propose(*action.out, defaults);
  Preferences result = defaults;
  if (call(action) == kOfxStatOK) result = agreed(*action.out, defaults);
  publish(result);
  if (host->profile.colourManagement) negotiateColour(*action.out);
  preferences_ = result;
  return result;
}

void Instance::propose(PropertySet& out, const Preferences& defaults) const {
  const std::string depths =
      std::string(kOfxBitDepthByte) + "|" + kOfxBitDepthShort + "|" + kOfxBitDepthHalf + "|" + kOfxBitDepthFloat;
  for (const auto& clip : clips) {
    std::string components;
    for (const std::string& one : clip->properties->texts(kOfxImageEffectPropSupportedComponents)) {
      components += (components.empty() ? "" : "|") + one;
    }
    out.addProperty({"OfxImageClipPropComponents_" + clip->name, Type::text, 1, Write::always, "", components});
    out.addProperty({"OfxImageClipPropDepth_" + clip->name, Type::text, 1, Write::always, "", depths});
    out.addProperty({"OfxImageClipPropPAR_" + clip->name, Type::number, 1, Write::always});
    out.setText("OfxImageClipPropComponents_" + clip->name, {defaults.components.at(clip->name)});
    out.setText("OfxImageClipPropDepth_" + clip->name, {defaults.depths.at(clip->name)});
    out.setDouble("OfxImageClipPropPAR_" + clip->name, {project.format.pixelAspect});
    if (!clip->isOutput() && host->profile.colourManagement) {
      out.addProperty({"OfxImageClipPropPreferredColourspaces_" + clip->name, Type::text, 0, Write::always});
    }
  }
  out.setDouble(kOfxImageEffectPropFrameRate, {defaults.fps});
  out.setText(kOfxImageEffectPropPreMultiplication, {defaults.premultiplication});
  out.setText(kOfxImageClipPropFieldOrder, {defaults.fieldOrder});
}

Preferences Instance::agreed(const PropertySet& out, const Preferences& defaults) const {
  Preferences result = defaults;
  for (const auto& clip : clips) {
    const std::string wanted = out.text("OfxImageClipPropComponents_" + clip->name);
    const bool changed = wanted != defaults.components.at(clip->name);
    const bool fixed = context != kOfxImageEffectContextGeneral && (clip->isOutput() || !clip->optional());
    if (changed && fixed) {
      host->violate("getClipPreferences may not change the components of " + clip->what + " in " + context);
    } else if (changed && !has(host->profile.components, wanted)) {
      host->violate("getClipPreferences asked for " + wanted + " on " + clip->what + ", which this host does not have");
    } else {
      result.components[clip->name] = wanted;
    }
    if (out.text("OfxImageClipPropDepth_" + clip->name) != defaults.depths.at(clip->name)) {
      host->violate("getClipPreferences may not change the depth of " + clip->what +
                    ": this host has one depth for all clips");
    }
    if (out.number("OfxImageClipPropPAR_" + clip->name) != project.format.pixelAspect) {
      host->violate("getClipPreferences may not change the pixel aspect ratio of " + clip->what);
    }
  }
  if (out.number(kOfxImageEffectPropFrameRate) != defaults.fps) {
    host->violate("getClipPreferences may not change the frame rate: this host has it fixed");
  }
  if (out.text(kOfxImageClipPropFieldOrder) != defaults.fieldOrder) {
    host->violate("getClipPreferences may not change the field order: this host has it fixed");
  }
  result.premultiplication = out.text(kOfxImageEffectPropPreMultiplication);
  result.continuous = out.integer(kOfxImageClipPropContinuousSamples) != 0;
  result.frameVarying = out.integer(kOfxImageEffectFrameVarying) != 0;
  return result;
}

void Instance::publish(const Preferences& preferences) {
  for (const auto& clip : clips) {
    PropertySet& p = *clip->properties;
    const bool connected = clip->source() || clip->isOutput();
    p.setText(kOfxImageEffectPropComponents,
              {connected ? preferences.components.at(clip->name) : std::string(kOfxImageComponentNone)});
    p.setText(kOfxImageEffectPropPixelDepth,
              {connected ? preferences.depths.at(clip->name) : std::string(kOfxBitDepthNone)});
    p.setText(kOfxImageClipPropFieldOrder, {preferences.fieldOrder});
    if (!clip->isOutput()) continue;
    p.setText(kOfxImageEffectPropPreMultiplication, {preferences.premultiplication});
    p.setText(kOfxImageClipPropUnmappedComponents, {preferences.components.at(clip->name)});
    p.setText(kOfxImageClipPropUnmappedPixelDepth, {preferences.depths.at(clip->name)});
    p.setInt(kOfxImageClipPropContinuousSamples, {preferences.continuous});
  }
}

// OpenFX 1.5: the style both sides know, the colour space each clip arrives in. Everything here is linear Rec.709.
void Instance::negotiateColour(const PropertySet& answers) {
  static const char* const styles[] = {kOfxImageEffectColourManagementNone, kOfxImageEffectColourManagementBasic,
                                       kOfxImageEffectColourManagementCore, kOfxImageEffectColourManagementFull,
                                       kOfxImageEffectColourManagementOCIO};
  const PropertySet& described = *plugin.contexts.at(context)->properties;
  const std::string wanted = described.text(kOfxImageEffectPropColourManagementStyle);
  const auto rank = std::find(std::begin(styles), std::end(styles), wanted) - std::begin(styles);
  const std::string style = styles[std::min<ptrdiff_t>(rank, 2)];
  properties->setText(kOfxImageEffectPropColourManagementStyle, {style});
  if (style == kOfxImageEffectColourManagementNone) return;
  properties->setText(kOfxImageEffectPropColourManagementConfig, {"ofx-native-v1.5_aces-v1.3_ocio-v2.3"});
  for (const auto& clip : clips) {
    if (clip->isOutput()) continue;
    const auto preferred = answers.texts("OfxImageClipPropPreferredColourspaces_" + clip->name);
    const bool raw = !preferred.empty() && (preferred[0] == "raw" || preferred[0] == "ofx_raw");
    clip->properties->setText(kOfxImageClipPropColourspace, {raw ? preferred[0] : "lin_rec709_srgb"});
    clip->properties->setText(kOfxImageClipPropPreferredColourspaces, preferred);
  }
  Call action(*host, kColourspace, "OfxImageEffectActionGetOutputColourspace",
              std::static_pointer_cast<Effect>(shared_from_this()));
  action.in->setText(kOfxImageClipPropPreferredColourspaces, {"lin_rec709_srgb"});
  action.out->setText(kOfxImageClipPropColourspace, {"lin_rec709_srgb"});
  call(action);
  if (auto output = clip(kOfxImageEffectOutputClipName)) {
    output->properties->setText(kOfxImageClipPropColourspace, {action.out->text(kOfxImageClipPropColourspace)});
  }
}

}  // namespace focuspuller::host
