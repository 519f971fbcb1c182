// SPDX-License-Identifier: Apache-2.0
#include "pixels.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

namespace focuspuller {
namespace {

// 65536 halves as floats: half pictures are the common case in Nuke-like pipelines, and a table beats bit fiddling.
const std::vector<float>& halfTable() {
  static const std::vector<float> table = [] {
    std::vector<float> values(65536);
    for (int i = 0; i < 65536; ++i) values[i] = halfToFloat(static_cast<std::uint16_t>(i));
    return values;
  }();
  return table;
}

void toFloats(const char* row, Depth depth, std::size_t count, float* out) {
  switch (depth) {
    case Depth::byte: {
      const auto* in = reinterpret_cast<const std::uint8_t*>(row);
      for (std::size_t i = 0; i < count; ++i) out[i] = in[i] * (1.0f / 255);
      return;
    }
    case Depth::shorts: {
      const auto* in = reinterpret_cast<const std::uint16_t*>(row);
      for (std::size_t i = 0; i < count; ++i) out[i] = in[i] * (1.0f / 65535);
      return;
    }
    case Depth::half: {
      const auto* in = reinterpret_cast<const std::uint16_t*>(row);
      const float* table = halfTable().data();
      for (std::size_t i = 0; i < count; ++i) out[i] = table[in[i]];
      return;
    }
    case Depth::floats:
      std::memcpy(out, row, count * sizeof(float));
      return;
  }
}

// To nearest; NaN becomes 0.
template <typename Integer>
void quantise(const float* in, std::size_t count, float full, char* row) {
  auto* out = reinterpret_cast<Integer*>(row);
  for (std::size_t i = 0; i < count; ++i) {
    const float scaled = in[i] * full + 0.5f;
    out[i] = static_cast<Integer>(scaled > 0 ? std::min(scaled, full) : 0);
  }
}

void fromFloats(const float* in, Depth depth, std::size_t count, char* row) {
  switch (depth) {
    case Depth::byte:
      return quantise<std::uint8_t>(in, count, 255, row);
    case Depth::shorts:
      return quantise<std::uint16_t>(in, count, 65535, row);
    case Depth::half: {
      auto* out = reinterpret_cast<std::uint16_t*>(row);
      for (std::size_t i = 0; i < count; ++i) out[i] = floatToHalf(in[i]);
      return;
    }
    case Depth::floats:
      std::memcpy(row, in, count * sizeof(float));
      return;
  }
}

enum class Direction { decode, encode };

// `alphas` is scratch for a row's alpha.
void convertRow(float* row, int width, int channels, const ColourConversion& colour, Direction direction,
                std::vector<float>& alphas) {
  if (channels == 1 || colour.transfer == Transfer::linear) return;
  const auto convert = direction == Direction::decode ? decodeTransfer : encodeTransfer;
  const std::size_t count = static_cast<std::size_t>(width) * channels;
  if (channels == 3) return convert(colour.transfer, row, count);
  alphas.resize(width);
  for (int x = 0; x < width; ++x) {
    float* pixel = row + 4 * x;
    const float alpha = alphas[x] = pixel[3];
    if (colour.premultiplied && alpha > 0 && alpha < 1)
      for (int c = 0; c < 3; ++c) pixel[c] /= alpha;
  }
  convert(colour.transfer, row, count);
  for (int x = 0; x < width; ++x) {
    float* pixel = row + 4 * x;
    const float alpha = pixel[3] = alphas[x];
    if (colour.premultiplied && alpha > 0 && alpha < 1)
      for (int c = 0; c < 3; ++c) pixel[c] *= alpha;
  }
}

}  // namespace

std::size_t bytesOf(Depth depth) { return depth == Depth::byte ? 1 : depth == Depth::floats ? 4 : 2; }

void readPixels(const PixelView& view, const OfxRectI& window, const ColourConversion& decode, float* pixels) {
  const int width = window.x2 - window.x1;
  const std::size_t count = static_cast<std::size_t>(width) * view.channels;
  const std::size_t skipped =
      static_cast<std::size_t>(window.x1 - view.bounds.x1) * view.channels * bytesOf(view.depth);
  std::vector<float> alphas;
  for (int y = window.y2 - 1; y >= window.y1; --y, pixels += count) {
    toFloats(view.row(y) + skipped, view.depth, count, pixels);
    convertRow(pixels, width, view.channels, decode, Direction::decode, alphas);
  }
}

void writePixels(const PixelView& view, const OfxRectI& window, const ColourConversion& encode, Field field,
                 const float* pixels) {
  const int width = window.x2 - window.x1;
  const std::size_t count = static_cast<std::size_t>(width) * view.channels;
  const std::size_t skipped =
      static_cast<std::size_t>(window.x1 - view.bounds.x1) * view.channels * bytesOf(view.depth);
  const bool convert = encode.transfer != Transfer::linear && view.channels > 1;
  std::vector<float> encoded(convert ? count : 0), alphas;
  for (int y = window.y2 - 1; y >= window.y1; --y, pixels += count) {
    if (field != Field::frame && (y & 1) != (field == Field::upper)) continue;
    const float* row = pixels;
    if (convert) {
      std::copy_n(pixels, count, encoded.begin());
      convertRow(encoded.data(), width, view.channels, encode, Direction::encode, alphas);
      row = encoded.data();
    }
    fromFloats(row, view.depth, count, view.row(y) + skipped);
  }
}

float halfToFloat(std::uint16_t half) {
  const std::uint32_t sign = static_cast<std::uint32_t>(half & 0x8000) << 16;
  const std::uint32_t exponent = half >> 10 & 0x1f, mantissa = half & 0x3ff;
  if (exponent == 0) {  // zero and subnormals: mantissa · 2^-24
    const float value = static_cast<float>(mantissa) * 5.9604644775390625e-8f;
    return sign ? -value : value;
  }
  const std::uint32_t bits = sign | (exponent == 31 ? 255u : exponent + 112) << 23 | mantissa << 13;
  float value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

std::uint16_t floatToHalf(float value) {
  std::uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  const auto sign = static_cast<std::uint16_t>(bits >> 16 & 0x8000);
  bits &= 0x7fffffff;
  if (bits > 0x7f800000) return sign | 0x7e00;   // NaN
  if (bits >= 0x477ff000) return sign | 0x7c00;  // 65520 and more round to infinity
  if (bits < 0x38800000) {                       // below 2^-14: adding 0.5 lets the float unit round to units of 2^-24
    float magnitude;
    std::memcpy(&magnitude, &bits, sizeof magnitude);
    magnitude += 0.5f;
    std::memcpy(&bits, &magnitude, sizeof bits);
    return static_cast<std::uint16_t>(sign | (bits - 0x3f000000));
  }
  const std::uint32_t odd = bits >> 13 & 1;
  return static_cast<std::uint16_t>(sign | (bits - 0x38000000 + 0xfff + odd) >> 13);
}

}  // namespace focuspuller
