// SPDX-License-Identifier: Apache-2.0
#include "transfer.h"

#include <cmath>
#include <cstdint>
#include <cstring>

namespace focuspuller {
namespace {

// x to the power `exponent` for x > 0 and finite. The C library's powf would tie the binary to glibc 2.27.
inline double power(double x, double exponent) {
  std::int64_t bits;
  std::memcpy(&bits, &x, sizeof bits);
  // x = 2^e · m with m in [sqrt(1/2), sqrt(2)): subtract the bits of sqrt(1/2), what carries into the exponent is e.
  constexpr std::int64_t kSqrtHalf = 0x3fe6a09e667f3bcd;
  const std::int64_t e = (bits - kSqrtHalf) >> 52;
  const std::int64_t mantissa = bits - e * (std::int64_t{1} << 52);
  double m;
  std::memcpy(&m, &mantissa, sizeof m);
  // log2 m = 2 / ln 2 · artanh((m - 1) / (m + 1)), whose argument is at most 0.172.
  const double z = (m - 1) / (m + 1), z2 = z * z;
  const double artanh = z * (1 + z2 * (1.0 / 3 + z2 * (1.0 / 5 + z2 * (1.0 / 7 + z2 * (1.0 / 9 + z2 / 11)))));
  const double y = exponent * (static_cast<double>(e) + 2.8853900817779268 * artanh);
  // 2^y = 2^n · e^(f ln 2), |f| ≤ 1/2.
  const double n = std::floor(y + 0.5), t = (y - n) * 0.69314718055994531;
  const double series =
      1 + t * (1 + t / 2 * (1 + t / 3 * (1 + t / 4 * (1 + t / 5 * (1 + t / 6 * (1 + t / 7 * (1 + t / 8)))))));
  const std::int64_t scale = (static_cast<std::int64_t>(n) + 1023) << 52;
  double two;
  std::memcpy(&two, &scale, sizeof two);
  return two * series;
}

// IEC 61966-2-1.
struct Srgb {
  static double decode(double v) { return v <= 0.04045 ? v / 12.92 : power((v + 0.055) / 1.055, 2.4); }
  static double encode(double l) { return l <= 0.0031308 ? l * 12.92 : 1.055 * power(l, 1 / 2.4) - 0.055; }
};

// ITU-R BT.709, the camera's curve, with the constants of BT.2020 that make its two parts meet.
struct Rec709 {
  static constexpr double kAlpha = 1.09929682680944, kBeta = 0.018053968510807;
  static double decode(double v) { return v < 4.5 * kBeta ? v / 4.5 : power((v + kAlpha - 1) / kAlpha, 1 / 0.45); }
  static double encode(double l) { return l < kBeta ? l * 4.5 : kAlpha * power(l, 0.45) - (kAlpha - 1); }
};

// ITU-R BT.1886 with a black of 0.
struct Gamma24 {
  static double decode(double v) { return v > 0 ? power(v, 2.4) : 0; }
  static double encode(double l) { return l > 0 ? power(l, 1 / 2.4) : 0; }
};

template <typename Curve>
void mirrored(float* values, std::size_t count, Curve curve) {
  for (std::size_t i = 0; i < count; ++i) {
    const float magnitude = std::fabs(values[i]);
    if (magnitude <= 3.4e38f) values[i] = std::copysign(static_cast<float>(curve(magnitude)), values[i]);
  }
}

}  // namespace

Transfer transferNamed(const std::string& item) {
  if (item == "sRGB") return Transfer::srgb;
  if (item == "Rec.709") return Transfer::rec709;
  if (item == "gamma 2.4") return Transfer::gamma24;
  return Transfer::linear;
}

void decodeTransfer(Transfer transfer, float* values, std::size_t count) {
  switch (transfer) {
    case Transfer::linear:
      return;
    case Transfer::srgb:
      return mirrored(values, count, Srgb::decode);
    case Transfer::rec709:
      return mirrored(values, count, Rec709::decode);
    case Transfer::gamma24:
      return mirrored(values, count, Gamma24::decode);
  }
}

void encodeTransfer(Transfer transfer, float* values, std::size_t count) {
  switch (transfer) {
    case Transfer::linear:
      return;
    case Transfer::srgb:
      return mirrored(values, count, Srgb::encode);
    case Transfer::rec709:
      return mirrored(values, count, Rec709::encode);
    case Transfer::gamma24:
      return mirrored(values, count, Gamma24::encode);
  }
}

}  // namespace focuspuller
