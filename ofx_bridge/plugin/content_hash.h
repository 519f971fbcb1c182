// SPDX-License-Identifier: Apache-2.0
// XXH64 (github.com/Cyan4973/xxHash, doc/xxhash_spec.md): tells pictures apart at memory speed. Not for secrets.
#pragma once

#include <cstddef>
#include <cstdint>

namespace focuspuller {

class ContentHash {
 public:
  void update(const void* data, size_t bytes);
  uint64_t finish() const;

  // For the numbers that belong to a picture beside its pixels (size, encoding).
  void add(double value) { update(&value, sizeof value); }

 private:
  void consume(const unsigned char* stripe);

  static constexpr size_t kStripe = 32;
  uint64_t lanes_[4] = {0x60EA27EEADC0B5D6ull, 0xC2B2AE3D27D4EB4Full, 0, 0x61C8864E7A143579ull};  // the seed is 0
  unsigned char rest_[kStripe];
  size_t restBytes_ = 0;
  uint64_t total_ = 0;
};

}  // namespace focuspuller
