// SPDX-License-Identifier: Apache-2.0
// All shared memory of the host process: pooled, bounded by one byte budget, and keeping the frames that temporal nodes
// read again. See docs/decisions/0003-the-plug-in-owns-the-memory.md.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "segments.h"

namespace focuspuller {

// A segment in use; the memory goes back to the pool, or stays as a kept frame, when the last copy is gone.
using Lease = std::shared_ptr<Segment>;

// A kept frame's name: the hash of what determines its pixels, and their bytes.
struct FrameKey {
  uint64_t hash = 0;
  size_t bytes = 0;
  bool operator<(const FrameKey& other) const { return hash != other.hash ? hash < other.hash : bytes < other.bytes; }
};

class FrameMemory {
 public:
  explicit FrameMemory(size_t budget) : budget_(budget) {}
  FrameMemory(const FrameMemory&) = delete;
  FrameMemory& operator=(const FrameMemory&) = delete;

  // The right of one request to take up to so many bytes; ends with the object. All a request needs is asked for at
  // once, so no two requests can hold parts of what both wait for.
  class Admission {
   public:
    ~Admission();
    Admission(const Admission&) = delete;
    Admission& operator=(const Admission&) = delete;
    void filled();  // from here on the request depends on the worker alone

   private:
    friend class FrameMemory;
    Admission(FrameMemory& memory, size_t bytes);
    FrameMemory& memory_;
    size_t left_;
    bool filling_ = true;
  };

  // Waits until the budget has room, in the order asked. Null when `aborted` (which must not throw) said so. Passes at
  // once: a request while no other is admitted, whatever its size; and one made by a thread inside another request,
  // which could not end otherwise.
  std::unique_ptr<Admission> admit(size_t bytes, const std::function<bool()>& aborted);

  // Memory for a picture, out of the admission. Throws std::bad_alloc.
  Lease acquire(size_t bytes, Admission& admission);

  // The kept frame of that name, or null. Gives `key.bytes` of the admission back.
  Lease find(const FrameKey& key, Admission& admission);

  // Keeps `filled` under that name and returns it, or the frame that already has it.
  Lease keep(const FrameKey& key, Lease filled);

  // What a picture of so many bytes takes.
  static size_t footprint(size_t bytes);

  // Frees what nobody has used for `age`.
  void trim(std::chrono::steady_clock::duration age);

  // Segments freed since the last call; the worker must forget them.
  std::vector<int> takeForgotten();

 private:
  using Clock = std::chrono::steady_clock;
  struct Block {
    std::unique_ptr<Segment> segment;
    int uses = 0;
    bool kept = false;
    FrameKey key;
    Clock::time_point lastUse;
  };
  using Blocks = std::list<Block>;  // least recently used first

  Lease lease(Blocks::iterator block);
  void release(Blocks::iterator block);
  void free(Blocks::iterator block);
  Blocks::iterator fresh(size_t bytes);
  bool fits(size_t bytes) const { return pinned_ + reserved_ + bytes <= budget_; }
  void changed();

  const size_t budget_;
  std::mutex mutex_;
  std::condition_variable roomMade_;
  Blocks blocks_;
  std::map<FrameKey, Blocks::iterator> kept_;
  std::vector<int> forgotten_;
  std::deque<const void*> queue_;  // who waits, first come first
  size_t total_ = 0;               // bytes of all blocks
  size_t pinned_ = 0;              // bytes of blocks in use
  size_t reserved_ = 0;            // bytes admitted and not yet taken
  int admitted_ = 0;
  int filling_ = 0;  // of the admitted, those that still ask the host for pixels
  int lastId_ = 0;
  Clock::time_point lastChange_ = Clock::now();
};

}  // namespace focuspuller
