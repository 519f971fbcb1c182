// SPDX-License-Identifier: Apache-2.0
// The one place where Python's windows (pixels, y down, origin at the format's top-left corner) and OpenFX's pixel
// and canonical rectangles (y up, origin at the format's bottom-left corner) meet.
#pragma once

#include "core.h"

namespace focuspuller::host {

// Half-open: columns x0 … x1 - 1, rows y0 … y1 - 1, y down.
struct Window {
  int x0 = 0, y0 = 0, x1 = 0, y1 = 0;
  int width() const { return x1 > x0 ? x1 - x0 : 0; }
  int height() const { return y1 > y0 ? y1 - y0 : 0; }
  bool empty() const { return x1 <= x0 || y1 <= y0; }
};

inline bool isEmpty(const OfxRectI& r) { return r.x2 <= r.x1 || r.y2 <= r.y1; }
OfxRectI intersected(const OfxRectI& a, const OfxRectI& b);
OfxRectD intersected(const OfxRectD& a, const OfxRectD& b);
bool contains(const OfxRectI& outer, const OfxRectI& inner);

// The project's frame. Its offset is (0, 0) and its extent is its size.
struct Format {
  int width = 1920, height = 1080;  // pixels of the full resolution
  double pixelAspect = 1;           // width / height of one pixel

  // Rows of the format at a render scale: a partial row at the top counts.
  int rows(OfxPointD scale) const;
  Window window(const OfxRectI& rectangle, OfxPointD scale) const;
  OfxRectI rectangle(const Window& window, OfxPointD scale) const;
  OfxRectD canonical(const OfxRectI& pixels, OfxPointD scale) const;
  OfxRectI pixels(const OfxRectD& canonical, OfxPointD scale) const;  // rounded outwards
  OfxRectD canonicalFrame() const;
  // Full-resolution pixel positions, y down, to canonical ones and back.
  OfxPointD canonicalPoint(OfxPointD pixel) const;
  OfxPointD pixelPoint(OfxPointD canonical) const;
};

}  // namespace focuspuller::host
