// SPDX-License-Identifier: Apache-2.0
// One piece of memory that the host and the worker both see. It has no name: when both have let go it is gone, however
// they ended.
#pragma once

#include <cstddef>

namespace focuspuller {

class Segment {
 public:
  // Takes the memory at once, so that running out is std::bad_alloc here and not a SIGBUS at some write.
  Segment(int id, size_t bytes);
  ~Segment();
  Segment(const Segment&) = delete;
  Segment& operator=(const Segment&) = delete;

  int id() const { return id_; }  // never used again in this process
  size_t bytes() const { return bytes_; }
  int descriptor() const { return descriptor_; }
  float* pixels() const { return pixels_; }

 private:
  int id_;
  size_t bytes_;
  int descriptor_ = -1;
  float* pixels_ = nullptr;
};

// The machine's memory in bytes.
size_t physicalMemory();

}  // namespace focuspuller
