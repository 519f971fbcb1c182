// SPDX-License-Identifier: Apache-2.0
#include "colour_spaces.h"

#include "host_quirks.h"

namespace focuspuller {
namespace {

constexpr char kConfig[] = "ofx-native-v1.5_aces-v1.3_ocio-v2.3";
constexpr char kSceneLinear[] = "ofx_scene_linear", kRaw[] = "ofx_raw";

bool offered(const Properties& hostOrInstance) {
  const std::string style = hostOrInstance.string(kOfxImageEffectPropColourManagementStyle);
  return hostFacts().colourManagement && !style.empty() && style != kOfxImageEffectColourManagementNone;
}

}  // namespace

void describeColourManagement(const Properties& descriptor) {
  if (!offered(hostProperties())) return;
  descriptor.set(kOfxImageEffectPropColourManagementStyle, kOfxImageEffectColourManagementBasic);
  descriptor.set(kOfxImageEffectPropColourManagementAvailableConfigs, kConfig);
}

void preferColourSpaces(const Effect& effect, const Properties& outArgs) {
  if (!offered(hostProperties()) || !offered(effect.properties())) return;
  for (const ClipInstance& clip : effect.inputs()) {
    const std::string& role = clip.declaration->role;
    if (!clip.handle || role == "matte") continue;
    const std::string property = kOfxImageClipPropPreferredColourspaces + ("_" + clip.declaration->name);
    outArgs.set(property.c_str(), role == "data" ? kRaw : kSceneLinear);
  }
}

OfxStatus outputColourSpace(const Effect& effect, const Properties& outArgs) {
  const bool data = effect.evaluate(effect.node().outputIsData, effect.valuesNow()) != 0;
  outArgs.set(kOfxImageClipPropColourspace, data ? kRaw : "OfxColourspace_Source");
  return kOfxStatOK;
}

}  // namespace focuspuller
