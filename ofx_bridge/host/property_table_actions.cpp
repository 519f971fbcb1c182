// SPDX-License-Identifier: Apache-2.0
// The arguments of actions. Source: OpenFX 1.5 reference, "Actions property sets", and the headers' descriptions.
#include "property_table.h"

namespace focuspuller::host {
namespace {

constexpr auto I = Type::integer;
constexpr auto D = Type::number;
constexpr auto S = Type::text;
constexpr auto P = Type::pointer;
constexpr auto host = Write::never;
constexpr auto out = Write::always;

const Property kTime{"OfxPropTime", D, 1, host};
const Property kScale{"OfxImageEffectPropRenderScale", D, 2, host, "1|1"};
const Property kThumbnail{"OfxImageEffectPropThumbnailRender", S, 1, host, "false"};
const Property kField{"OfxImageEffectPropFieldToRender", S, 1, host, "OfxFieldNone"};
const Property kWindow{"OfxImageEffectPropRenderWindow", I, 4, host};
const Property kReason{"OfxPropChangeReason", S, 1, host};
const Property kEffect{"OfxPropEffectInstance", P, 1, host};
const Property kPixelScale{"OfxInteractPropPixelScale", D, 2, host, "1|1"};
const Property kBackground{"OfxInteractPropBackgroundColour", D, 3, host};

using List = std::vector<Property>;

// Offered by hosts that render on a GPU, which this one does not.
const List kGpu = {
    {"OfxImageEffectPropCudaEnabled", I, 1, host, "absent"},
    {"OfxImageEffectPropCudaRenderSupported", S, 1, host, "absent"},
    {"OfxImageEffectPropCudaStream", P, 1, host, "absent"},
    {"OfxImageEffectPropCudaStreamSupported", S, 1, host, "absent"},
    {"OfxImageEffectPropMetalCommandQueue", P, 1, host, "absent"},
    {"OfxImageEffectPropMetalEnabled", I, 1, host, "absent"},
    {"OfxImageEffectPropMetalRenderSupported", S, 1, host, "absent"},
    {"OfxImageEffectPropOpenCLCommandQueue", P, 1, host, "absent"},
    {"OfxImageEffectPropOpenCLEnabled", I, 1, host, "absent"},
    {"OfxImageEffectPropOpenCLImage", P, 1, host, "absent"},
    {"OfxImageEffectPropOpenCLRenderSupported", S, 1, host, "absent"},
    {"OfxImageEffectPropOpenCLSupported", S, 1, host, "absent"},
    {"OfxImageEffectPropOpenGLEnabled", I, 1, host, "absent"},
    {"OfxImageEffectPropOpenGLTextureIndex", I, 1, host, "absent"},
    {"OfxImageEffectPropOpenGLTextureTarget", I, 1, host, "absent"},
};

Schema schema(const List& list, const List& more = {}) {
  Schema result;
  for (const Property& property : list) result.emplace(property.name, property);
  for (const Property& property : more) result.emplace(property.name, property);
  return result;
}

std::map<std::string, Schema> inSchemas() {
  const List pen = {kEffect,
                    kPixelScale,
                    kBackground,
                    kTime,
                    kScale,
                    {"OfxInteractPropPenPosition", D, 2, host},
                    {"OfxInteractPropPenViewportPosition", I, 2, host},
                    {"OfxInteractPropPenPressure", D, 1, host, "1"}};
  const List focus = {kEffect, kPixelScale, kBackground, kTime, kScale};
  const List draw = {kEffect, kPixelScale, kBackground,
                     kTime,   kScale,      {"OfxInteractPropDrawContext", P, 1, host, "absent"}};
  const List key = {kEffect, kTime, kScale, {"kOfxPropKeySym", I, 1, host}, {"kOfxPropKeyString", S, 1, host}};
  const List sequence = {{"OfxImageEffectPropFrameRange", D, 2, host},
                         {"OfxImageEffectPropFrameStep", D, 1, host, "1"},
                         {"OfxPropIsInteractive", I, 1, host},
                         kScale,
                         {"OfxImageEffectPropSequentialRenderStatus", I, 1, host},
                         {"OfxImageEffectPropInteractiveRenderStatus", I, 1, host},
                         {"OfxImageEffectPropNoSpatialAwareness", S, 1, host, "false"},
                         kThumbnail};
  const List render = {kTime,
                       kField,
                       kWindow,
                       kScale,
                       {"OfxImageEffectPropSequentialRenderStatus", I, 1, host},
                       {"OfxImageEffectPropInteractiveRenderStatus", I, 1, host},
                       {"OfxImageEffectPropRenderQualityDraft", I, 1, host},
                       {"OfxImageEffectPropNoSpatialAwareness", S, 1, host, "false"},
                       kThumbnail};
  const List changed = {{"OfxPropType", S, 1, host}, {"OfxPropName", S, 1, host}, kReason, kTime, kScale, kThumbnail};
  return {
      {"OfxActionInstanceChanged", schema(changed)},
      {"OfxActionBeginInstanceChanged", schema({kReason, kThumbnail})},
      {"OfxActionEndInstanceChanged", schema({kReason})},
      {"OfxImageEffectActionDescribeInContext", schema({{"OfxImageEffectPropContext", S, 1, host}})},
      {"OfxImageEffectActionGetRegionOfDefinition", schema({kTime, kScale, kThumbnail})},
      {"OfxImageEffectActionGetRegionsOfInterest",
       schema({kTime, kScale, {"OfxImageEffectPropRegionOfInterest", D, 4, host}, kThumbnail})},
      {"OfxImageEffectActionGetFramesNeeded", schema({kTime, kThumbnail})},
      {"OfxImageEffectActionIsIdentity", schema({kTime, kField, kWindow, kScale, kThumbnail})},
      {"OfxImageEffectActionBeginSequenceRender", schema(sequence, kGpu)},
      {"OfxImageEffectActionRender", schema(render, kGpu)},
      {"OfxImageEffectActionEndSequenceRender", schema(sequence, kGpu)},
      {"OfxImageEffectActionGetOutputColourspace", schema({{"OfxImageClipPropPreferredColourspaces", S, 0, host}})},
      {"OfxInteractActionDraw", schema(draw)},
      {"OfxInteractActionPenMotion", schema(pen)},
      {"OfxInteractActionPenDown", schema(pen)},
      {"OfxInteractActionPenUp", schema(pen)},
      {"OfxInteractActionKeyDown", schema(key)},
      {"OfxInteractActionKeyUp", schema(key)},
      {"OfxInteractActionKeyRepeat", schema(key)},
      {"OfxInteractActionGainFocus", schema(focus)},
      {"OfxInteractActionLoseFocus", schema(focus)},
  };
}

// Actions with an argument a clip get those from the host when it calls (`PropertySet::addProperty`).
std::map<std::string, Schema> outSchemas() {
  return {
      {"OfxImageEffectActionGetRegionOfDefinition", schema({{"OfxImageEffectPropRegionOfDefinition", D, 4, out}})},
      {"OfxImageEffectActionGetRegionsOfInterest", {}},
      {"OfxImageEffectActionGetFramesNeeded", {}},
      {"OfxImageEffectActionGetTimeDomain", schema({{"OfxImageEffectPropFrameRange", D, 2, out}})},
      {"OfxImageEffectActionIsIdentity", schema({{"OfxPropName", S, 1, out}, {"OfxPropTime", D, 1, out}})},
      {"OfxImageEffectActionGetClipPreferences",
       schema({
           {"OfxImageEffectPropFrameRate", D, 1, out, "24"},
           {"OfxImageClipPropFieldOrder", S, 1, out, "OfxFieldNone", "OfxFieldNone|OfxFieldLower|OfxFieldUpper"},
           {"OfxImageEffectPropPreMultiplication", S, 1, out, "OfxImageAlphaPremultiplied",
            "OfxImageOpaque|OfxImageAlphaPremultiplied|OfxImageAlphaUnPremultiplied"},
           {"OfxImageClipPropContinuousSamples", I, 1, out, "0", "0|1"},
           {"OfxImageEffectFrameVarying", I, 1, out, "0", "0|1"},
       })},
      {"OfxImageEffectActionGetOutputColourspace", schema({{"OfxImageClipPropColourspace", S, 1, out}})},
  };
}

const Schema* find(const std::map<std::string, Schema>& schemas, const std::string& action) {
  auto found = schemas.find(action);
  return found == schemas.end() ? nullptr : &found->second;
}

}  // namespace

const Schema* inArguments(const std::string& action) {
  static const std::map<std::string, Schema> schemas = inSchemas();
  return find(schemas, action);
}

const Schema* outArguments(const std::string& action) {
  static const std::map<std::string, Schema> schemas = outSchemas();
  return find(schemas, action);
}

}  // namespace focuspuller::host
