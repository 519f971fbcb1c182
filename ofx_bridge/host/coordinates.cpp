// SPDX-License-Identifier: Apache-2.0
#include "coordinates.h"

#include <algorithm>
#include <cmath>

namespace focuspuller::host {
namespace {

constexpr double kTolerance = 1e-6;  // a millionth of a pixel: what scaling back and forth loses
constexpr double kFarthest = 1e9;    // infinite regions stay inside int

int roundedDown(double value) {
  return static_cast<int>(std::floor(std::clamp(value, -kFarthest, kFarthest) + kTolerance));
}
int roundedUp(double value) {
  return static_cast<int>(std::ceil(std::clamp(value, -kFarthest, kFarthest) - kTolerance));
}

}  // namespace

OfxRectI intersected(const OfxRectI& a, const OfxRectI& b) {
  return {std::max(a.x1, b.x1), std::max(a.y1, b.y1), std::min(a.x2, b.x2), std::min(a.y2, b.y2)};
}

OfxRectD intersected(const OfxRectD& a, const OfxRectD& b) {
  return {std::max(a.x1, b.x1), std::max(a.y1, b.y1), std::min(a.x2, b.x2), std::min(a.y2, b.y2)};
}

bool contains(const OfxRectI& outer, const OfxRectI& inner) {
  return outer.x1 <= inner.x1 && outer.y1 <= inner.y1 && outer.x2 >= inner.x2 && outer.y2 >= inner.y2;
}

int Format::rows(OfxPointD scale) const { return roundedUp(height * scale.y); }

Window Format::window(const OfxRectI& r, OfxPointD scale) const {
  const int top = rows(scale);
  return {r.x1, top - r.y2, r.x2, top - r.y1};
}

OfxRectI Format::rectangle(const Window& w, OfxPointD scale) const {
  const int top = rows(scale);
  return {w.x0, top - w.y1, w.x1, top - w.y0};
}

OfxRectD Format::canonical(const OfxRectI& r, OfxPointD scale) const {
  const double x = pixelAspect / scale.x, y = 1 / scale.y;
  return {r.x1 * x, r.y1 * y, r.x2 * x, r.y2 * y};
}

OfxRectI Format::pixels(const OfxRectD& r, OfxPointD scale) const {
  const double x = scale.x / pixelAspect, y = scale.y;
  return {roundedDown(r.x1 * x), roundedDown(r.y1 * y), roundedUp(r.x2 * x), roundedUp(r.y2 * y)};
}

OfxRectD Format::canonicalFrame() const { return {0, 0, width * pixelAspect, static_cast<double>(height)}; }

OfxPointD Format::canonicalPoint(OfxPointD pixel) const { return {pixel.x * pixelAspect, height - pixel.y}; }

OfxPointD Format::pixelPoint(OfxPointD canonical) const { return {canonical.x / pixelAspect, height - canonical.y}; }

}  // namespace focuspuller::host
