// SPDX-License-Identifier: Apache-2.0
// Host images as they are, and their conversion from and to packed float32 rows, top row first.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core.h"
#include "transfer.h"

namespace focuspuller {

enum class Depth { byte, shorts, half, floats };

// Pixels in a host's memory. bounds, row order: y up; data: the bottom-left pixel; rowBytes may be negative or padded.
struct PixelView {
  char* data = nullptr;
  OfxRectI bounds{0, 0, 0, 0};
  std::ptrdiff_t rowBytes = 0;
  int channels = 4;  // 4 RGBA, 3 RGB, 1 Alpha
  Depth depth = Depth::floats;

  char* row(int y) const { return data + rowBytes * (static_cast<std::ptrdiff_t>(y) - bounds.y1); }
};

std::size_t bytesOf(Depth depth);

// Colour decoding or encoding of RGB; alpha stays. premultiplied: RGB is divided by alpha meanwhile.
struct ColourConversion {
  Transfer transfer = Transfer::linear;
  bool premultiplied = false;
};

// Copies `window`, which must lie inside view.bounds, into packed float32 [height, width, view.channels].
void readPixels(const PixelView& view, const OfxRectI& window, const ColourConversion& decode, float* pixels);

// Which rows of a frame are written.
enum class Field { frame, lower, upper };

// Writes packed float32 [height, width, channels of view] covering `window`, which must lie inside view.bounds.
void writePixels(const PixelView& view, const OfxRectI& window, const ColourConversion& encode, Field field,
                 const float* pixels);

float halfToFloat(std::uint16_t half);
std::uint16_t floatToHalf(float value);  // to nearest, ties to even; beyond 65504 becomes infinity

}  // namespace focuspuller
