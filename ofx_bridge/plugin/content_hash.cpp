// SPDX-License-Identifier: Apache-2.0
#include "content_hash.h"

#include <algorithm>
#include <cstring>

namespace focuspuller {
namespace {

constexpr uint64_t kPrime1 = 0x9E3779B185EBCA87ull;
constexpr uint64_t kPrime2 = 0xC2B2AE3D27D4EB4Full;
constexpr uint64_t kPrime3 = 0x165667B19E3779F9ull;
constexpr uint64_t kPrime4 = 0x85EBCA77C2B2AE63ull;
constexpr uint64_t kPrime5 = 0x27D4EB2F165667C5ull;

uint64_t rotate(uint64_t value, int bits) { return (value << bits) | (value >> (64 - bits)); }

template <typename T>
T read(const unsigned char* at) {
  T value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

uint64_t mixLane(uint64_t lane, uint64_t input) { return rotate(lane + input * kPrime2, 31) * kPrime1; }

}  // namespace

void ContentHash::consume(const unsigned char* stripe) {
  for (int i = 0; i < 4; ++i) lanes_[i] = mixLane(lanes_[i], read<uint64_t>(stripe + 8 * i));
}

void ContentHash::update(const void* data, size_t bytes) {
  const unsigned char* at = static_cast<const unsigned char*>(data);
  total_ += bytes;
  if (restBytes_ > 0) {
    const size_t taken = std::min(bytes, kStripe - restBytes_);
    std::memcpy(rest_ + restBytes_, at, taken);
    restBytes_ += taken;
    at += taken;
    bytes -= taken;
    if (restBytes_ < kStripe) return;
    consume(rest_);
    restBytes_ = 0;
  }
  for (; bytes >= kStripe; at += kStripe, bytes -= kStripe) consume(at);
  std::memcpy(rest_, at, bytes);
  restBytes_ = bytes;
}

uint64_t ContentHash::finish() const {
  uint64_t hash = kPrime5;
  if (total_ >= kStripe) {
    hash = rotate(lanes_[0], 1) + rotate(lanes_[1], 7) + rotate(lanes_[2], 12) + rotate(lanes_[3], 18);
    for (const uint64_t lane : lanes_) hash = (hash ^ mixLane(0, lane)) * kPrime1 + kPrime4;
  }
  hash += total_;
  const unsigned char* at = rest_;
  size_t left = restBytes_;
  for (; left >= 8; at += 8, left -= 8) hash = rotate(hash ^ mixLane(0, read<uint64_t>(at)), 27) * kPrime1 + kPrime4;
  for (; left >= 4; at += 4, left -= 4) hash = rotate(hash ^ (read<uint32_t>(at) * kPrime1), 23) * kPrime2 + kPrime3;
  for (; left > 0; ++at, --left) hash = rotate(hash ^ (*at * kPrime5), 11) * kPrime1;
  hash = (hash ^ (hash >> 33)) * kPrime2;
  hash = (hash ^ (hash >> 29)) * kPrime3;
  return hash ^ (hash >> 32);
}

}  // namespace focuspuller
