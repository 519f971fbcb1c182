// SPDX-License-Identifier: Apache-2.0
#include "pixels.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>

namespace focuspuller::host {
namespace {

constexpr unsigned char kGuard = 0xA5;
constexpr unsigned char kPoison = 0xFB;  // as float32 -2.6e36, as half NaN: no picture holds a whole pixel of it

float halfToFloat(std::uint16_t half) {
  const std::uint32_t sign = static_cast<std::uint32_t>(half & 0x8000u) << 16;
  const std::uint32_t exponent = (half >> 10) & 31u, mantissa = half & 1023u;
  if (exponent == 0) {
    const float value = std::ldexp(static_cast<float>(mantissa), -24);
    return sign ? -value : value;
  }
  const std::uint32_t bits = sign | (exponent == 31 ? 0x7F800000u : (exponent + 112) << 23) | mantissa << 13;
  float result;
  std::memcpy(&result, &bits, 4);
  return result;
}

// Rounds to nearest, ties to even; overflow gives infinity.
std::uint16_t floatToHalf(float value) {
  std::uint32_t bits;
  std::memcpy(&bits, &value, 4);
  const std::uint16_t sign = static_cast<std::uint16_t>((bits >> 16) & 0x8000u);
  bits &= 0x7FFFFFFFu;
  if (bits > 0x7F800000u) return sign | 0x7E00u;
  if (bits >= 0x477FF000u) return sign | 0x7C00u;
  if (bits < 0x38800000u) {
    const float magnitude = std::abs(value);
    return sign | static_cast<std::uint16_t>(std::lrint(std::ldexp(magnitude, 24)));
  }
  const std::uint32_t rounded = bits + 0xFFFu + ((bits >> 13) & 1u);
  return sign | static_cast<std::uint16_t>((rounded - 0x38000000u) >> 13);
}

// sRGB: IEC 61966-2-1. Rec.709: ITU-R BT.709-6, item 1.2. Both go on linearly below 0.
float encoded(float value, Transfer transfer) {
  switch (transfer) {
    case Transfer::linear:
      break;
    case Transfer::srgb:
      return value <= 0.0031308f ? 12.92f * value : 1.055f * std::pow(value, 1 / 2.4f) - 0.055f;
    case Transfer::rec709:
      return value < 0.018f ? 4.5f * value : 1.099f * std::pow(value, 0.45f) - 0.099f;
    case Transfer::gamma24:
      return std::copysign(std::pow(std::abs(value), 1 / 2.4f), value);
  }
  return value;
}

float decoded(float value, Transfer transfer) {
  switch (transfer) {
    case Transfer::linear:
      break;
    case Transfer::srgb:
      return value <= 0.04045f ? value / 12.92f : std::pow((value + 0.055f) / 1.055f, 2.4f);
    case Transfer::rec709:
      return value < 0.081f ? value / 4.5f : std::pow((value + 0.099f) / 1.099f, 1 / 0.45f);
    case Transfer::gamma24:
      return std::copysign(std::pow(std::abs(value), 2.4f), value);
  }
  return value;
}

float component(const float* pixel, int channels, int wanted, int of) {
  if (of == 1) wanted = 3;  // Alpha
  if (channels == 1) return wanted == 3 ? pixel[0] : 0;
  return wanted < channels ? pixel[wanted] : 1;
}

template <class Integer>
Integer quantised(float value, float highest) {
  return static_cast<Integer>(std::lrint(std::clamp(std::isnan(value) ? 0.f : value, 0.f, 1.f) * highest));
}

void store(float value, Depth depth, char* to) {
  switch (depth) {
    case Depth::byte:
      *reinterpret_cast<std::uint8_t*>(to) = quantised<std::uint8_t>(value, 255);
      break;
    case Depth::whole16:
      *reinterpret_cast<std::uint16_t*>(to) = quantised<std::uint16_t>(value, 65535);
      break;
    case Depth::half:
      *reinterpret_cast<std::uint16_t*>(to) = floatToHalf(value);
      break;
    case Depth::single:
      *reinterpret_cast<float*>(to) = value;
      break;
  }
}

float load(const char* from, Depth depth) {
  switch (depth) {
    case Depth::byte:
      return *reinterpret_cast<const std::uint8_t*>(from) / 255.f;
    case Depth::whole16:
      return *reinterpret_cast<const std::uint16_t*>(from) / 65535.f;
    case Depth::half:
      return halfToFloat(*reinterpret_cast<const std::uint16_t*>(from));
    case Depth::single:
      break;
  }
  return *reinterpret_cast<const float*>(from);
}

int bytesOf(Depth depth) { return depth == Depth::byte ? 1 : depth == Depth::single ? 4 : 2; }

struct Share {
  int index;
  float weight;
};

// For each destination pixel, the source pixels (indices into the source) that its area covers, and how much of each.
std::vector<std::vector<Share>> shares(int count, int size, const std::vector<std::pair<double, double>>& spans) {
  std::vector<std::vector<Share>> result(count);
  for (int i = 0; i < count; ++i) {
    const auto [low, high] = spans[i];
    double total = 0;
    for (int s = std::max(0, static_cast<int>(std::floor(low))); s < size && s < high; ++s) {
      const double weight = std::min<double>(s + 1, high) - std::max<double>(s, low);
      if (weight <= 1e-9) continue;
      result[i].push_back({s, static_cast<float>(weight)});
      total += weight;
    }
    for (Share& share : result[i]) share.weight = static_cast<float>(share.weight / total);
  }
  return result;
}

}  // namespace

int Layout::bytesPerPixel() const { return bytesOf(depth) * channels; }

Depth depthNamed(const std::string& name) {
  if (name == kOfxBitDepthByte) return Depth::byte;
  if (name == kOfxBitDepthShort) return Depth::whole16;
  if (name == kOfxBitDepthHalf) return Depth::half;
  return Depth::single;
}

Transfer transferNamed(const std::string& name) {
  if (name == "sRGB") return Transfer::srgb;
  if (name == "Rec.709") return Transfer::rec709;
  return name == "gamma 2.4" ? Transfer::gamma24 : Transfer::linear;
}

int channelsNamed(const std::string& components) {
  return components == kOfxImageComponentAlpha ? 1 : components == kOfxImageComponentRGB ? 3 : 4;
}

void encodeRow(const float* from, int fromChannels, int count, const Layout& layout, char* to) {
  if (layout.depth == Depth::single && layout.transfer == Transfer::linear && fromChannels == layout.channels) {
    std::memcpy(to, from, sizeof(float) * static_cast<size_t>(count) * fromChannels);
    return;
  }
  const int step = bytesOf(layout.depth);
  for (int i = 0; i < count; ++i, from += fromChannels) {
    for (int c = 0; c < layout.channels; ++c, to += step) {
      const float value = component(from, fromChannels, c, layout.channels);
      const bool colour = layout.channels > 1 && c < 3;
      store(colour ? encoded(value, layout.transfer) : value, layout.depth, to);
    }
  }
}

void decodeRow(const char* from, const Layout& layout, int count, float* to, int toChannels) {
  if (layout.depth == Depth::single && layout.transfer == Transfer::linear && toChannels == layout.channels) {
    std::memcpy(to, from, sizeof(float) * static_cast<size_t>(count) * toChannels);
    return;
  }
  const int step = bytesOf(layout.depth);
  float pixel[4];
  for (int i = 0; i < count; ++i, to += toChannels) {
    for (int c = 0; c < layout.channels; ++c, from += step) {
      const float value = load(from, layout.depth);
      pixel[c] = layout.channels > 1 && c < 3 ? decoded(value, layout.transfer) : value;
    }
    for (int c = 0; c < toChannels; ++c) to[c] = component(pixel, layout.channels, c, toChannels);
  }
}

HostBuffer::HostBuffer(const OfxRectI& bounds, const Layout& layout, bool topDown, int padding)
    : bounds(bounds), layout(layout), topDown_(topDown) {
  const size_t width = static_cast<size_t>(std::max(bounds.x2 - bounds.x1, 0));
  const size_t height = static_cast<size_t>(std::max(bounds.y2 - bounds.y1, 0));
  stride_ = width * layout.bytesPerPixel() + padding;
  stride_ = (stride_ + 15) / 16 * 16;
  memory_.assign(stride_ * (height + 2), static_cast<char>(kGuard));  // a guard row below and above
  rowBytes = topDown ? -static_cast<ptrdiff_t>(stride_) : static_cast<ptrdiff_t>(stride_);
  const size_t used = width * layout.bytesPerPixel();
  for (size_t y = 0; y < height; ++y) std::memset(memory_.data() + (y + 1) * stride_, 0, used);
}

char* HostBuffer::row(int y) {
  const int index = topDown_ ? bounds.y2 - 1 - y : y - bounds.y1;
  return memory_.data() + static_cast<size_t>(index + 1) * stride_;
}

bool HostBuffer::intact() const {
  const size_t used = static_cast<size_t>(std::max(bounds.x2 - bounds.x1, 0)) * layout.bytesPerPixel();
  const size_t rows = memory_.size() / std::max<size_t>(stride_, 1);
  for (size_t y = 0; y < rows; ++y) {
    const size_t from = y == 0 || y + 1 == rows ? 0 : used;
    for (size_t i = from; i < stride_; ++i) {
      if (static_cast<unsigned char>(memory_[y * stride_ + i]) != kGuard) return false;
    }
  }
  return true;
}

void HostBuffer::poison() {
  const size_t used = static_cast<size_t>(std::max(bounds.x2 - bounds.x1, 0)) * layout.bytesPerPixel();
  for (int y = bounds.y1; y < bounds.y2; ++y) std::memset(row(y), kPoison, used);
}

long long HostBuffer::poisoned(const OfxRectI& inside) {
  const int bytes = layout.bytesPerPixel();
  const std::vector<char> pattern(bytes, static_cast<char>(kPoison));
  long long count = 0;
  for (int y = inside.y1; y < inside.y2; ++y) {
    const char* pixel = row(y) + static_cast<size_t>(inside.x1 - bounds.x1) * bytes;
    for (int x = inside.x1; x < inside.x2; ++x, pixel += bytes) {
      if (std::memcmp(pixel, pattern.data(), bytes) == 0) ++count;
    }
  }
  return count;
}

unsigned long long HostBuffer::hash() const {
  unsigned long long hash = 14695981039346656037ull;  // FNV-1a
  for (char byte : memory_) hash = (hash ^ static_cast<unsigned char>(byte)) * 1099511628211ull;
  return hash;
}

Pixels scaled(const Pixels& source, const Format& format, const OfxRectI& rectangle, OfxPointD scale) {
  const Window target = format.window(rectangle, scale);
  const int width = target.width(), height = target.height(), channels = source.channels;
  std::vector<std::pair<double, double>> columns(width), rows(height);
  for (int i = 0; i < width; ++i) {
    const int x = rectangle.x1 + i;
    columns[i] = {x / scale.x - source.window.x0, (x + 1) / scale.x - source.window.x0};
  }
  for (int i = 0; i < height; ++i) {
    const int y = rectangle.y2 - 1 - i;  // y up, of the row that is i from the top
    rows[i] = {format.height - (y + 1) / scale.y - source.window.y0, format.height - y / scale.y - source.window.y0};
  }
  const auto across = shares(width, source.window.width(), columns);
  const auto down = shares(height, source.window.height(), rows);

  auto memory = std::make_shared<std::vector<float>>(static_cast<size_t>(width) * height * channels, 0.f);
  std::vector<float> line(static_cast<size_t>(source.window.width()) * channels);
  for (int y = 0; y < height; ++y) {
    std::fill(line.begin(), line.end(), 0.f);
    for (const Share& share : down[y]) {
      const float* from = reinterpret_cast<const float*>(reinterpret_cast<const char*>(source.data) +
                                                         static_cast<ptrdiff_t>(share.index) * source.rowBytes);
      for (size_t i = 0; i < line.size(); ++i) line[i] += share.weight * from[i];
    }
    if (down[y].empty()) continue;
    float* to = memory->data() + static_cast<size_t>(y) * width * channels;
    for (int x = 0; x < width; ++x) {
      for (const Share& share : across[x]) {
        for (int c = 0; c < channels; ++c) to[x * channels + c] += share.weight * line[share.index * channels + c];
      }
    }
  }
  const float* data = memory->data();
  return {std::move(memory), data, target, channels, static_cast<ptrdiff_t>(sizeof(float)) * width * channels};
}

}  // namespace focuspuller::host
