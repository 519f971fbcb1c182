// SPDX-License-Identifier: Apache-2.0
#include "regions.h"

#include "colour_spaces.h"
#include "describe.h"

namespace focuspuller {
namespace {

bool identityAt(const Effect& effect, const std::vector<KnobValue>& values) {
  return !effect.node().identityWhen.isNull() && effect.evaluate(effect.node().identityWhen, values) != 0;
}

// A margin declared as two formulas, canonical. Never negative.
OfxPointD margin(const Effect& effect, const Json (&formulas)[2], const std::vector<KnobValue>& values) {
  return {std::max(effect.evaluate(formulas[0], values), 0.0), std::max(effect.evaluate(formulas[1], values), 0.0)};
}

void setRegion(const Properties& out, const char* name, const OfxRectD& r) { out.set(name, {r.x1, r.y1, r.x2, r.y2}); }

std::string clipProperty(const char* property, const ClipInstance& clip) {
  return property + std::string("_") + clip.declaration->name;
}

// A file can make a still picture vary from frame to frame: a focus file, a track file.
bool readsFile(const Effect& effect, const std::vector<KnobValue>& values) {
  for (size_t i = 0; i < values.size(); ++i)
    if (effect.node().knobs[i].type == KnobDeclaration::Type::file && !values[i].text.empty()) return true;
  return false;
}

}  // namespace

OfxPointD renderScale(const Properties& in) {
  double scale[2] = {1, 1};
  if (!in.read(kOfxImageEffectPropRenderScale, scale, 2) || !(scale[0] > 0 && scale[1] > 0)) return {1, 1};
  return {scale[0], scale[1]};
}

OfxRectD regionOfInterest(const Effect& effect, const ClipInstance& clip, const OfxRectD& window, OfxTime time,
                          const PixelGrid& grid, const std::vector<KnobValue>& values) {
  const NodeDeclaration& node = effect.node();
  const OfxPointD reach = margin(effect, node.reach, values);
  OfxRectD region = grown(window, reach.x, reach.y);
  for (const std::string& point : node.points) {
    const int knob = node.knobIndex(point);
    const Json& enabled = node.knobs[knob].enabled;
    if (!enabled.isNull() && effect.evaluate(enabled, values) == 0) continue;
    const KnobValue& centre = values[knob];
    region = hull(region, grown({centre.x - 0.5, centre.y - 0.5, centre.x + 0.5, centre.y + 0.5}, node.pointRadius,
                                node.pointRadius));
  }
  if (!node.tiles) region = hull(region, effect.region(clip, time, grid));
  return region;
}

OfxStatus regionOfDefinition(const Effect& effect, const Properties& in, const Properties& out) {
  const OfxTime time = in.number(kOfxPropTime);
  const PixelGrid grid = effect.grid(renderScale(in));
  const std::vector<KnobValue> values = effect.valuesAt(time);
  if (identityAt(effect, values)) {
    const ClipInstance* clip = effect.input(effect.node().identityClip);
    if (!clip || !clip->connected()) return kOfxStatReplyDefault;
    setRegion(out, kOfxImageEffectPropRegionOfDefinition, effect.region(*clip, time, grid));
    return kOfxStatOK;
  }
  const OfxPointD spread = margin(effect, effect.node().grow, values);
  if ((spread.x == 0 && spread.y == 0 && effect.inputs().size() == 1) || !effect.source().connected())
    return kOfxStatReplyDefault;
  setRegion(out, kOfxImageEffectPropRegionOfDefinition,
            grown(effect.region(effect.source(), time, grid), spread.x, spread.y));
  return kOfxStatOK;
}

OfxStatus regionsOfInterest(const Effect& effect, const Properties& in, const Properties& out) {
  const OfxTime time = in.number(kOfxPropTime);
  double r[4];
  if (!in.read(kOfxImageEffectPropRegionOfInterest, r, 4)) return kOfxStatReplyDefault;
  const PixelGrid grid = effect.grid(renderScale(in));
  const std::vector<KnobValue> values = effect.valuesAt(time);
  for (const ClipInstance& clip : effect.inputs())
    if (clip.handle)
      setRegion(out, clipProperty("OfxImageClipPropRoI", clip).c_str(),
                regionOfInterest(effect, clip, {r[0], r[1], r[2], r[3]}, time, grid, values));
  return kOfxStatOK;
}

std::vector<OfxTime> timesNeeded(const Effect& effect, const ClipInstance& clip, OfxTime time,
                                 const std::vector<KnobValue>& values) {
  if (!clip.declaration->temporal) return {time};
  const int first = static_cast<int>(std::lround(effect.evaluate(effect.node().framesNeeded[0], values)));
  const int last = static_cast<int>(std::lround(effect.evaluate(effect.node().framesNeeded[1], values)));
  std::vector<OfxTime> times;
  for (int step = std::min(first, 0); step <= std::max(last, 0); ++step) times.push_back(time + step);
  return times;
}

OfxStatus framesNeeded(const Effect& effect, const Properties& in, const Properties& out) {
  const OfxTime time = in.number(kOfxPropTime);
  const std::vector<KnobValue> values = effect.valuesAt(time);
  for (const ClipInstance& clip : effect.inputs()) {
    if (!clip.handle) continue;
    const std::vector<OfxTime> times = timesNeeded(effect, clip, time, values);
    out.set(clipProperty("OfxImageClipPropFrameRange", clip).c_str(), {times.front(), times.back()});
  }
  return kOfxStatOK;
}

OfxStatus clipPreferences(const Effect& effect, const Properties& out) {
  const NodeDeclaration& node = effect.node();
  const std::vector<KnobValue> values = effect.valuesNow();
  const Properties& source = effect.source().properties;
  std::string components = source.string(kOfxImageEffectPropComponents);
  if (effect.inGeneralContext()) {
    if (!node.outputComponents.empty()) components = componentsName(node.outputComponents);
    if (!components.empty() && components != kOfxImageComponentNone)
      out.set("OfxImageClipPropComponents_Output", components);
  }
  // Light that spreads leaves the edges of an opaque picture half covered, so only unpremultiplied ones stay what they
  // are.
  if (components == kOfxImageComponentRGBA) {
    const bool unpremultiplied = effect.evaluate(node.outputIsData, values) != 0 ||
                                 source.string(kOfxImageEffectPropPreMultiplication) == kOfxImageUnPreMultiplied;
    out.set(kOfxImageEffectPropPreMultiplication, unpremultiplied ? kOfxImageUnPreMultiplied : kOfxImagePreMultiplied);
  }
  out.set(kOfxImageEffectFrameVarying, node.temporal() || readsFile(effect, values));
  preferColourSpaces(effect, out);
  return kOfxStatOK;
}

OfxStatus isIdentity(const Effect& effect, const Properties& in, const Properties& out) {
  const OfxTime time = in.number(kOfxPropTime);
  if (!identityAt(effect, effect.valuesAt(time))) return kOfxStatReplyDefault;
  const ClipInstance* clip = effect.input(effect.node().identityClip);
  if (!clip || !clip->connected()) return kOfxStatReplyDefault;
  out.set(kOfxPropName, clip->declaration->name);
  out.set(kOfxPropTime, time);
  return kOfxStatOK;
}

}  // namespace focuspuller
