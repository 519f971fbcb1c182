// SPDX-License-Identifier: Apache-2.0
// Rectangles in canonical coordinates (y up, square pixels, full resolution) and in pixels of a render scale.
#pragma once

#include <algorithm>
#include <climits>
#include <cmath>

#include "core.h"

namespace focuspuller {

// How canonical coordinates become pixels: x · scale.x / pixelAspect, y · scale.y.
struct PixelGrid {
  OfxPointD scale{1, 1};
  double pixelAspect = 1;

  double across() const { return scale.x / pixelAspect; }
  double down() const { return scale.y; }
};

template <typename Rect>
bool isEmpty(const Rect& r) {
  return !(r.x1 < r.x2 && r.y1 < r.y2);
}

template <typename Rect>
Rect intersection(const Rect& a, const Rect& b) {
  return {std::max(a.x1, b.x1), std::max(a.y1, b.y1), std::min(a.x2, b.x2), std::min(a.y2, b.y2)};
}

// The smallest rectangle that holds both; an empty one adds nothing.
template <typename Rect>
Rect hull(const Rect& a, const Rect& b) {
  if (isEmpty(a)) return b;
  if (isEmpty(b)) return a;
  return {std::min(a.x1, b.x1), std::min(a.y1, b.y1), std::max(a.x2, b.x2), std::max(a.y2, b.y2)};
}

// Larger by x and y on every side; empty stays empty, and an infinite side stays where it is.
inline OfxRectD grown(const OfxRectD& r, double x, double y) {
  if (isEmpty(r)) return r;
  const auto outward = [](double side, double by) { return side <= INT_MIN || side >= INT_MAX ? side : side + by; };
  return {outward(r.x1, -x), outward(r.y1, -y), outward(r.x2, x), outward(r.y2, y)};
}

// The pixels a canonical rectangle touches; sides beyond an int are cut off at it.
inline OfxRectI toPixels(const OfxRectD& r, const PixelGrid& grid) {
  if (isEmpty(r)) return {0, 0, 0, 0};
  constexpr double kSlack = 1e-6;  // a side that lies on a pixel's edge but for rounding stays there
  const auto clipped = [](double v) { return static_cast<int>(std::clamp<double>(v, INT_MIN / 4, INT_MAX / 4)); };
  return {clipped(std::floor(r.x1 * grid.across() + kSlack)), clipped(std::floor(r.y1 * grid.down() + kSlack)),
          clipped(std::ceil(r.x2 * grid.across() - kSlack)), clipped(std::ceil(r.y2 * grid.down() - kSlack))};
}

inline OfxRectD toCanonical(const OfxRectI& r, const PixelGrid& grid) {
  return {r.x1 / grid.across(), r.y1 / grid.down(), r.x2 / grid.across(), r.y2 / grid.down()};
}

}  // namespace focuspuller
