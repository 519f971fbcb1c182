// SPDX-License-Identifier: Apache-2.0
// Effects, clips, images and interacts. Source: OpenFX 1.5 reference, "Properties by object" and "Property sets".
#include "property_table.h"

#include <sstream>

namespace focuspuller::host {
namespace {

constexpr auto I = Type::integer;
constexpr auto D = Type::number;
constexpr auto S = Type::text;
constexpr auto P = Type::pointer;
constexpr auto host = Write::never;
constexpr auto describe = Write::descriptor;
constexpr auto always = Write::always;

const char* const kContexts =
    "OfxImageEffectContextGenerator|OfxImageEffectContextFilter|OfxImageEffectContextTransition|"
    "OfxImageEffectContextPaint|OfxImageEffectContextGeneral|OfxImageEffectContextRetimer";
const char* const kDepths = "OfxBitDepthNone|OfxBitDepthByte|OfxBitDepthShort|OfxBitDepthHalf|OfxBitDepthFloat";
const char* const kComponents =
    "OfxImageComponentNone|OfxImageComponentRGBA|OfxImageComponentRGB|OfxImageComponentAlpha|OfxImageComponentYUVA";
const char* const kManagement =
    "OfxImageEffectColourManagementNone|OfxImageEffectColourManagementBasic|OfxImageEffectColourManagementCore|"
    "OfxImageEffectColourManagementFull|OfxImageEffectColourManagementOCIO";
const char* const kSupported = "true|false|needed";

Schema schema(const std::vector<Property>& properties) {
  Schema result;
  for (const Property& property : properties) result.emplace(property.name, property);
  return result;
}

std::vector<Property> labels(Write write) {
  return {{"OfxPropLabel", S, 1, write}, {"OfxPropShortLabel", S, 1, write}, {"OfxPropLongLabel", S, 1, write}};
}

Schema merged(std::vector<Property> first, const std::vector<Property>& second) {
  first.insert(first.end(), second.begin(), second.end());
  return schema(first);
}

}  // namespace

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, separator);) parts.push_back(part);
  return parts;
}

const Schema& hostSchema() {
  static const Schema result = schema({
      {"OfxPropType", S, 1, host, "OfxTypeImageEffectHost"},
      {"OfxPropName", S, 1, host},
      {"OfxPropLabel", S, 1, host},
      {"OfxPropVersion", I, 0, host},
      {"OfxPropVersionLabel", S, 1, host},
      {"OfxPropAPIVersion", I, 0, host},
      {"OfxPropHostOSHandle", P, 1, host},
      {"OfxImageEffectHostPropIsBackground", I, 1, host},
      {"OfxImageEffectHostPropNativeOrigin", S, 1, host, "kOfxImageEffectHostPropNativeOriginBottomLeft"},
      {"OfxImageEffectPropSupportsOverlays", I, 1, host},
      {"OfxImageEffectPropSupportsMultiResolution", I, 1, host},
      {"OfxImageEffectPropSupportsTiles", I, 1, host},
      {"OfxImageEffectPropTemporalClipAccess", I, 1, host},
      {"OfxImageEffectPropSupportedComponents", S, 0, host, "", kComponents},
      {"OfxImageEffectPropSupportedContexts", S, 0, host, "", kContexts},
      {"OfxImageEffectPropSupportedPixelDepths", S, 0, host, "", kDepths},
      {"OfxImageEffectPropMultipleClipDepths", I, 1, host},
      {"OfxImageEffectPropSupportsMultipleClipPARs", I, 1, host},
      {"OfxImageEffectPropSetableFrameRate", I, 1, host},
      {"OfxImageEffectPropSetableFielding", I, 1, host},
      {"OfxImageEffectInstancePropSequentialRender", I, 1, host},
      {"OfxImageEffectPropRenderQualityDraft", I, 1, host},
      {"OfxImageEffectPropOpenGLRenderSupported", S, 1, host, "false"},
      {"OfxImageEffectPropOpenCLRenderSupported", S, 1, host, "false"},
      {"OfxImageEffectPropOpenCLSupported", S, 1, host, "false"},
      {"OfxImageEffectPropCudaRenderSupported", S, 1, host, "false"},
      {"OfxImageEffectPropMetalRenderSupported", S, 1, host, "false"},
      {"OfxImageEffectPropCPURenderSupported", S, 1, host, "true"},
      {"OfxImageEffectPropColourManagementStyle", S, 1, host, "absent", kManagement},
      {"OfxImageEffectPropColourManagementAvailableConfigs", S, 0, host, "absent"},
      {"OfxParamHostPropSupportsCustomAnimation", I, 1, host},
      {"OfxParamHostPropSupportsStringAnimation", I, 1, host},
      {"OfxParamHostPropSupportsBooleanAnimation", I, 1, host},
      {"OfxParamHostPropSupportsChoiceAnimation", I, 1, host},
      {"OfxParamHostPropSupportsStrChoice", I, 1, host},
      {"OfxParamHostPropSupportsStrChoiceAnimation", I, 1, host},
      {"OfxParamHostPropSupportsParametricAnimation", I, 1, host},
      {"OfxParamHostPropSupportsCustomInteract", I, 1, host},
      {"OfxParamHostPropMaxParameters", I, 1, host, "-1"},
      {"OfxParamHostPropMaxPages", I, 1, host, "0"},
      {"OfxParamHostPropPageRowColumnCount", I, 2, host},
  });
  return result;
}

const Schema& effectDescriptorSchema() {
  static const Schema result = merged(
      {
          {"OfxPropType", S, 1, host, "OfxTypeImageEffect"},
          {"OfxPropVersion", I, 0, describe},  // as OpenFX 1.4 has it; 1.5 does not say
          {"OfxPropVersionLabel", S, 1, describe},
          {"OfxPropPluginDescription", S, 1, describe},
          {"OfxPropIcon", S, 2, describe},
          {"OfxPluginPropFilePath", S, 1, host},
          {"OfxImageEffectPropContext", S, 1, host},
          {"OfxImageEffectPropSupportedContexts", S, 0, describe, "", kContexts},
          {"OfxImageEffectPropSupportedPixelDepths", S, 0, describe, "", kDepths},
          {"OfxImageEffectPluginPropGrouping", S, 1, describe},
          {"OfxImageEffectPluginPropSingleInstance", I, 1, describe, "0", "0|1"},
          {"OfxImageEffectPluginPropObsolete", I, 1, describe, "0", "0|1"},
          {"OfxImageEffectPluginRenderThreadSafety", S, 1, describe, "OfxImageEffectRenderInstanceSafe",
           "OfxImageEffectRenderUnsafe|OfxImageEffectRenderInstanceSafe|OfxImageEffectRenderFullySafe"},
          {"OfxImageEffectPluginPropHostFrameThreading", I, 1, describe, "0", "0|1"},
          {"OfxImageEffectPluginPropOverlayInteractV1", P, 1, describe},
          {"OfxImageEffectPluginPropOverlayInteractV2", P, 1, describe},
          {"OfxImageEffectPluginPropFieldRenderTwiceAlways", I, 1, describe, "1", "0|1"},
          {"OfxImageEffectPropSupportsMultiResolution", I, 1, describe, "1", "0|1"},
          {"OfxImageEffectPropSupportsTiles", I, 1, describe, "1", "0|1"},
          {"OfxImageEffectPropTemporalClipAccess", I, 1, describe, "0", "0|1"},
          {"OfxImageEffectPropMultipleClipDepths", I, 1, describe, "0", "0|1"},
          {"OfxImageEffectPropSupportsMultipleClipPARs", I, 1, describe, "0", "0|1"},
          {"OfxImageEffectPropClipPreferencesSlaveParam", S, 0, describe},
          {"OfxImageEffectPropNoSpatialAwareness", S, 1, describe, "false", "true|false"},
          {"OfxImageEffectPropOpenGLRenderSupported", S, 1, describe, "false", kSupported},
          {"OfxImageEffectPropOpenCLRenderSupported", S, 1, describe, "false", kSupported},
          {"OfxImageEffectPropOpenCLSupported", S, 1, describe, "false", kSupported},
          {"OfxImageEffectPropCudaRenderSupported", S, 1, describe, "false", kSupported},
          {"OfxImageEffectPropMetalRenderSupported", S, 1, describe, "false", kSupported},
          {"OfxImageEffectPropCPURenderSupported", S, 1, describe, "true", "true|false"},
          {"OfxImageEffectPropColourManagementStyle", S, 1, describe, "OfxImageEffectColourManagementNone",
           kManagement},
          {"OfxImageEffectPropColourManagementAvailableConfigs", S, 0, describe},
          {"OfxPluginPropParamPageOrder", S, 0, describe},
          {"OfxPropParamSetNeedsSyncing", I, 1, describe, "0", "0|1"},
      },
      labels(describe));
  return result;
}

const Schema& effectInstanceSchema() {
  static const Schema result = schema({
      {"OfxPropType", S, 1, host, "OfxTypeImageEffectInstance"},
      {"OfxPropInstanceData", P, 1, always},
      {"OfxPropIsInteractive", I, 1, host},
      {"OfxImageEffectPropContext", S, 1, host},
      {"OfxImageEffectPropPluginHandle", P, 1, host},
      {"OfxImageEffectPropProjectSize", D, 2, host},
      {"OfxImageEffectPropProjectOffset", D, 2, host},
      {"OfxImageEffectPropProjectExtent", D, 2, host},
      {"OfxImageEffectPropPixelAspectRatio", D, 1, host},
      {"OfxImageEffectInstancePropEffectDuration", D, 1, host},
      {"OfxImageEffectInstancePropSequentialRender", I, 1, always, "0", "0|1|2"},
      {"OfxImageEffectPropSupportsTiles", I, 1, always, "1", "0|1"},
      {"OfxImageEffectPropOpenGLRenderSupported", S, 1, always, "false", kSupported},
      {"OfxImageEffectPropCPURenderSupported", S, 1, always, "true", "true|false"},
      {"OfxImageEffectPropFrameRate", D, 1, host},
      {"OfxImageEffectPropColourManagementStyle", S, 1, host, "absent", kManagement},
      {"OfxImageEffectPropColourManagementConfig", S, 1, host, "absent"},
      {"OfxImageEffectPropDisplayColourspace", S, 1, host, "absent"},
      {"OfxImageEffectPropOCIOConfig", S, 1, host, "absent"},
      {"OfxImageEffectPropOCIODisplay", S, 1, host, "absent"},
      {"OfxImageEffectPropOCIOView", S, 1, host, "absent"},
      {"OfxPluginPropParamPageOrder", S, 0, host},
      {"OfxPropParamSetNeedsSyncing", I, 1, always, "0", "0|1"},
  });
  return result;
}

const Schema& clipDescriptorSchema() {
  static const Schema result = merged(
      {
          {"OfxPropType", S, 1, host, "OfxTypeClip"},
          {"OfxPropName", S, 1, host},
          {"OfxImageEffectPropSupportedComponents", S, 0, describe, "", kComponents},
          {"OfxImageEffectPropTemporalClipAccess", I, 1, describe, "0", "0|1"},
          {"OfxImageEffectPropSupportsTiles", I, 1, describe, "1", "0|1"},
          {"OfxImageClipPropOptional", I, 1, describe, "0", "0|1"},
          {"OfxImageClipPropIsMask", I, 1, describe, "0", "0|1"},
          {"OfxImageClipPropFieldExtraction", S, 1, describe, "OfxFieldDoubled",
           "OfxFieldBoth|OfxFieldSingle|OfxFieldDoubled"},
      },
      labels(describe));
  return result;
}

const Schema& clipInstanceSchema() {
  static const Schema result = merged(
      {
          {"OfxPropType", S, 1, host, "OfxTypeClip"},
          {"OfxPropName", S, 1, host},
          {"OfxImageEffectPropSupportedComponents", S, 0, host},
          {"OfxImageEffectPropTemporalClipAccess", I, 1, host},
          {"OfxImageEffectPropSupportsTiles", I, 1, host},
          {"OfxImageClipPropOptional", I, 1, host},
          {"OfxImageClipPropIsMask", I, 1, host},
          {"OfxImageClipPropFieldExtraction", S, 1, host},
          {"OfxImageEffectPropPixelDepth", S, 1, host, "OfxBitDepthNone"},
          {"OfxImageEffectPropComponents", S, 1, host, "OfxImageComponentNone"},
          {"OfxImageClipPropUnmappedPixelDepth", S, 1, host, "OfxBitDepthNone"},
          {"OfxImageClipPropUnmappedComponents", S, 1, host, "OfxImageComponentNone"},
          {"OfxImageEffectPropPreMultiplication", S, 1, host, "OfxImageAlphaPremultiplied"},
          {"OfxImagePropPixelAspectRatio", D, 1, host, "1"},
          {"OfxImageEffectPropFrameRate", D, 1, host, "24"},
          {"OfxImageEffectPropUnmappedFrameRate", D, 1, host, "24"},
          {"OfxImageEffectPropFrameRange", D, 2, host},
          {"OfxImageEffectPropUnmappedFrameRange", D, 2, host},
          {"OfxImageClipPropFieldOrder", S, 1, host, "OfxFieldNone"},
          {"OfxImageClipPropConnected", I, 1, host},
          {"OfxImageClipPropContinuousSamples", I, 1, host},
          {"OfxImageClipPropColourspace", S, 1, host, "absent"},
          {"OfxImageClipPropPreferredColourspaces", S, 0, host, "absent"},
      },
      labels(host));
  return result;
}

const Schema& imageSchema() {
  static const Schema result = schema({
      {"OfxPropType", S, 1, host, "OfxTypeImage"},
      {"OfxImageEffectPropPixelDepth", S, 1, host},
      {"OfxImageEffectPropComponents", S, 1, host},
      {"OfxImageEffectPropPreMultiplication", S, 1, host},
      {"OfxImageEffectPropRenderScale", D, 2, host},
      {"OfxImagePropPixelAspectRatio", D, 1, host},
      {"OfxImagePropData", P, 1, host},
      {"OfxImagePropBounds", I, 4, host},
      {"OfxImagePropRegionOfDefinition", I, 4, host},
      {"OfxImagePropRowBytes", I, 1, host},
      {"OfxImagePropField", S, 1, host, "OfxFieldNone"},
      {"OfxImagePropUniqueIdentifier", S, 1, host},
  });
  return result;
}

const Schema& interactDescriptorSchema() {
  static const Schema result = schema({
      {"OfxInteractPropHasAlpha", I, 1, host},
      {"OfxInteractPropBitDepth", I, 1, host, "8"},
  });
  return result;
}

const Schema& interactInstanceSchema() {
  static const Schema result = schema({
      {"OfxPropEffectInstance", P, 1, host},
      {"OfxPropInstanceData", P, 1, always},
      {"OfxInteractPropPixelScale", D, 2, host, "1|1"},
      {"OfxInteractPropBackgroundColour", D, 3, host},
      {"OfxInteractPropHasAlpha", I, 1, host},
      {"OfxInteractPropBitDepth", I, 1, host, "8"},
      {"OfxInteractPropSlaveToParam", S, 0, always},
      {"OfxInteractPropSuggestedColour", D, 3, host, "absent"},
  });
  return result;
}

}  // namespace focuspuller::host
