// SPDX-License-Identifier: Apache-2.0
#include "overlay.h"

#include <cstring>

#include "effect.h"
#include "host_quirks.h"
#include "line_drawing.h"

namespace focuspuller {
namespace {

constexpr double kArm = 12, kGap = 4,
                 kReach = 10;  // screen pixels: a cross's arm, its open centre, how near a pen counts
constexpr int kNone = -1;

// An overlay instance: one viewer's view of an effect.
class Overlay {
 public:
  Overlay(OfxInteractHandle handle, Effect& effect) : handle_(handle), effect_(effect) {
    const std::vector<KnobDeclaration>& knobs = effect.node().knobs;
    for (int i = 0; i < static_cast<int>(knobs.size()); ++i) {
      OfxPropertySetHandle properties = nullptr;
      if (knobs[i].type != KnobDeclaration::Type::position || !effect.knob(i) ||
          suites().parameter->paramGetPropertySet(effect.knob(i), &properties) != kOfxStatOK ||
          Properties(properties).integer(kOfxParamPropHasHostOverlayHandle))
        continue;
      positions_.push_back(i);
    }
  }

  // The knobs whose change must redraw the overlay.
  void slave(const Properties& overlay) const {
    int index = 0;
    for (const int knob : positions_)
      overlay.set(kOfxInteractPropSlaveToParam, effect_.node().knobs[knob].name, index++);
  }

  OfxStatus draw(const Properties& in, const Properties& overlay) const {
    if (positions_.empty()) return kOfxStatReplyDefault;
    LineDrawing drawing(in);
    if (!drawing) return kOfxStatReplyDefault;
    double colour[3] = {1, 1, 1};
    overlay.read(kOfxInteractPropSuggestedColour, colour, 3);
    const OfxPointD pixel = pixelScale(in, overlay);
    const std::vector<KnobValue> values = effect_.valuesAt(in.number(kOfxPropTime));
    for (const int knob : positions_) {
      if (!shown(knob, values)) continue;
      const OfxPointD at{values[knob].x, values[knob].y};
      // A dark copy one screen pixel off keeps the cross visible on any picture.
      drawing.colour(0, 0, 0);
      cross(drawing, {at.x + pixel.x, at.y - pixel.y}, pixel);
      const double bright = knob == near_ || knob == held_ ? 1 : 0.7;
      drawing.colour(colour[0] * bright, colour[1] * bright, colour[2] * bright);
      cross(drawing, at, pixel);
    }
    return kOfxStatOK;
  }

  OfxStatus penDown(const Properties& in, const Properties& overlay) {
    const OfxPointD pen = penPosition(in);
    const std::vector<KnobValue> values = effect_.valuesAt(in.number(kOfxPropTime));
    held_ = nearest(pen, pixelScale(in, overlay), values);
    if (held_ == kNone) return kOfxStatReplyDefault;
    offset_ = {values[held_].x - pen.x, values[held_].y - pen.y};
    redraw();
    return kOfxStatOK;
  }

  OfxStatus penMotion(const Properties& in, const Properties& overlay) {
    const OfxPointD pen = penPosition(in);
    if (held_ != kNone) {
      suites().parameter->paramSetValue(effect_.knob(held_), pen.x + offset_.x, pen.y + offset_.y);
      redraw();
      return kOfxStatOK;
    }
    const int near = nearest(pen, pixelScale(in, overlay), effect_.valuesAt(in.number(kOfxPropTime)));
    if (near != near_) redraw();
    near_ = near;
    return kOfxStatReplyDefault;
  }

  OfxStatus penUp() {
    if (held_ == kNone) return kOfxStatReplyDefault;
    held_ = kNone;
    redraw();
    return kOfxStatOK;
  }

 private:
  static OfxPointD penPosition(const Properties& in) {
    double pen[2] = {0, 0};
    in.read(kOfxInteractPropPenPosition, pen, 2);
    return {pen[0], pen[1]};
  }

  // The size of a screen pixel, canonical.
  static OfxPointD pixelScale(const Properties& in, const Properties& overlay) {
    double scale[2] = {1, 1};
    if (!in.read(kOfxInteractPropPixelScale, scale, 2)) overlay.read(kOfxInteractPropPixelScale, scale, 2);
    return {scale[0] > 0 ? scale[0] : 1, scale[1] > 0 ? scale[1] : 1};
  }

  static void cross(const LineDrawing& drawing, const OfxPointD& at, const OfxPointD& pixel) {
    const double x1 = kGap * pixel.x, x2 = kArm * pixel.x, y1 = kGap * pixel.y, y2 = kArm * pixel.y;
    drawing.line({at.x - x2, at.y}, {at.x - x1, at.y});
    drawing.line({at.x + x1, at.y}, {at.x + x2, at.y});
    drawing.line({at.x, at.y - y2}, {at.x, at.y - y1});
    drawing.line({at.x, at.y + y1}, {at.x, at.y + y2});
    drawing.line({at.x - x1, at.y}, {at.x, at.y + y1});
    drawing.line({at.x, at.y + y1}, {at.x + x1, at.y});
    drawing.line({at.x + x1, at.y}, {at.x, at.y - y1});
    drawing.line({at.x, at.y - y1}, {at.x - x1, at.y});
  }

  bool shown(int knob, const std::vector<KnobValue>& values) const {
    const Json& enabled = effect_.node().knobs[knob].enabled;
    return enabled.isNull() || effect_.evaluate(enabled, values) != 0;
  }

  int nearest(const OfxPointD& pen, const OfxPointD& pixel, const std::vector<KnobValue>& values) const {
    int best = kNone;
    double distance = kReach;
    for (const int knob : positions_) {
      const double d =
          std::max(std::fabs(values[knob].x - pen.x) / pixel.x, std::fabs(values[knob].y - pen.y) / pixel.y);
      if (d > distance || !shown(knob, values)) continue;
      best = knob;
      distance = d;
    }
    return best;
  }

  void redraw() const {
    if (suites().interact) suites().interact->interactRedraw(handle_);
  }

  OfxInteractHandle handle_;
  Effect& effect_;
  std::vector<int> positions_;
  int near_ = kNone, held_ = kNone;
  OfxPointD offset_{0, 0};
};

OfxStatus dispatch(const char* action, OfxInteractHandle handle, const Properties& in) {
  const auto is = [action](const char* name) { return std::strcmp(action, name) == 0; };
  if (is(kOfxActionDescribe)) return kOfxStatOK;
  OfxPropertySetHandle set = nullptr;
  if (!suites().interact || suites().interact->interactGetPropertySet(handle, &set) != kOfxStatOK)
    return kOfxStatReplyDefault;
  const Properties overlay(set);
  if (is(kOfxActionCreateInstance)) {
    Effect* effect = Effect::of(static_cast<OfxImageEffectHandle>(overlay.pointer(kOfxPropEffectInstance)));
    if (!effect) return kOfxStatFailed;
    auto* instance = new Overlay(handle, *effect);
    instance->slave(overlay);
    overlay.setPointer(kOfxPropInstanceData, instance);
    return kOfxStatOK;
  }
  auto* instance = static_cast<Overlay*>(overlay.pointer(kOfxPropInstanceData));
  if (!instance) return kOfxStatReplyDefault;
  if (is(kOfxActionDestroyInstance)) {
    overlay.setPointer(kOfxPropInstanceData, nullptr);
    delete instance;
    return kOfxStatOK;
  }
  if (is(kOfxInteractActionDraw)) return instance->draw(in, overlay);
  if (is(kOfxInteractActionPenDown)) return instance->penDown(in, overlay);
  if (is(kOfxInteractActionPenMotion)) return instance->penMotion(in, overlay);
  if (is(kOfxInteractActionPenUp) || is(kOfxInteractActionLoseFocus)) return instance->penUp();
  return kOfxStatReplyDefault;
}

extern "C" OfxStatus overlayEntry(const char* action, const void* handle, OfxPropertySetHandle in,
                                  OfxPropertySetHandle) {
  try {
    return dispatch(action, static_cast<OfxInteractHandle>(const_cast<void*>(handle)), Properties(in));
  } catch (...) {
    return kOfxStatFailed;
  }
}

}  // namespace

void describeOverlay(const Properties& descriptor, const NodeDeclaration& node) {
  if (!node.hasPositions() || !hostFacts().ownOverlays || !suites().interact ||
      !hostProperties().integer(kOfxImageEffectPropSupportsOverlays))
    return;
  auto* entry = reinterpret_cast<void*>(&overlayEntry);
  descriptor.setPointer(kOfxImageEffectPluginPropOverlayInteractV1, entry);
  if (suites().draw) descriptor.setPointer(kOfxImageEffectPluginPropOverlayInteractV2, entry);
}

}  // namespace focuspuller
