// SPDX-License-Identifier: Apache-2.0
#include "frame_memory.h"

#include <algorithm>
#include <new>

namespace focuspuller {
namespace {

constexpr auto kPoll = std::chrono::milliseconds(20);
// Every admitted request still waits for the host's pixels and nothing has moved for so long: perhaps the host, to make
// those pixels, renders the very request that waits here. Exceeding the budget is better than standing still for ever.
constexpr auto kStalled = std::chrono::seconds(1);
constexpr size_t kPage = 4096;
constexpr size_t kManyBlocks = 128;  // each costs the host a file descriptor

thread_local int admissionsOfThisThread = 0;

}  // namespace

size_t FrameMemory::footprint(size_t bytes) {
  size_t granule = kPage;  // an eighth of the next lower power of two: sizes that differ a little share segments
  while (granule * 16 <= bytes) granule *= 2;
  return std::max(kPage, (bytes + granule - 1) / granule * granule);
}

FrameMemory::Admission::Admission(FrameMemory& memory, size_t bytes) : memory_(memory), left_(bytes) {
  memory_.reserved_ += bytes;
  ++memory_.admitted_;
  ++memory_.filling_;
  ++admissionsOfThisThread;
}

void FrameMemory::Admission::filled() {
  const std::lock_guard<std::mutex> lock(memory_.mutex_);
  if (filling_) --memory_.filling_;
  filling_ = false;
  memory_.reserved_ -= left_;
  left_ = 0;
  memory_.changed();
}

FrameMemory::Admission::~Admission() {
  filled();
  const std::lock_guard<std::mutex> lock(memory_.mutex_);
  --memory_.admitted_;
  --admissionsOfThisThread;
  memory_.changed();
}

void FrameMemory::changed() {
  lastChange_ = Clock::now();
  roomMade_.notify_all();
}

std::unique_ptr<FrameMemory::Admission> FrameMemory::admit(size_t bytes, const std::function<bool()>& aborted) {
  std::unique_lock<std::mutex> lock(mutex_);
  const bool nested = admissionsOfThisThread > 0;
  const auto admissible = [&] {
    if (nested || admitted_ == 0) return true;
    const bool stalled = filling_ == admitted_ && Clock::now() - lastChange_ > kStalled;
    return queue_.front() == &bytes && (fits(bytes) || stalled);
  };
  queue_.push_back(&bytes);
  bool gaveUp = false;
  while (!admissible()) {
    roomMade_.wait_for(lock, kPoll);
    lock.unlock();
    gaveUp = aborted && aborted();
    lock.lock();
    if (gaveUp) break;
  }
  queue_.erase(std::find(queue_.begin(), queue_.end(), &bytes));
  changed();
  return gaveUp ? nullptr : std::unique_ptr<Admission>(new Admission(*this, bytes));
}

Lease FrameMemory::lease(Blocks::iterator block) {
  if (block->uses++ == 0) pinned_ += block->segment->bytes();
  return Lease(block->segment.get(), [this, block](Segment*) { release(block); });
}

void FrameMemory::release(Blocks::iterator block) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (--block->uses > 0) return;
  pinned_ -= block->segment->bytes();
  block->lastUse = Clock::now();
  blocks_.splice(blocks_.end(), blocks_, block);
  changed();
}

void FrameMemory::free(Blocks::iterator block) {
  total_ -= block->segment->bytes();
  forgotten_.push_back(block->segment->id());
  if (block->kept) kept_.erase(block->key);
  blocks_.erase(block);
}

FrameMemory::Blocks::iterator FrameMemory::fresh(size_t bytes) {
  const auto makeRoom = [this](size_t wanted, size_t limit) {
    for (const bool kept : {false, true}) {
      for (auto block = blocks_.begin(); block != blocks_.end();) {
        if (total_ + wanted <= limit && blocks_.size() < kManyBlocks) return;
        const auto candidate = block++;
        if (candidate->uses == 0 && candidate->kept == kept) free(candidate);
      }
    }
  };
  makeRoom(bytes, budget_);
  Block block;
  try {
    block.segment = std::make_unique<Segment>(++lastId_, bytes);
  } catch (const std::bad_alloc&) {
    makeRoom(bytes, 0);
    block.segment = std::make_unique<Segment>(++lastId_, bytes);
  }
  total_ += bytes;
  return blocks_.insert(blocks_.end(), std::move(block));
}

Lease FrameMemory::acquire(size_t bytes, Admission& admission) {
  const size_t wanted = footprint(bytes);
  const std::lock_guard<std::mutex> lock(mutex_);
  auto best = blocks_.end();
  for (auto block = blocks_.begin(); block != blocks_.end(); ++block) {
    const size_t size = block->segment->bytes();
    const bool usable = block->uses == 0 && !block->kept && size >= wanted && size <= wanted + wanted / 4;
    if (usable && (best == blocks_.end() || size <= best->segment->bytes())) best = block;
  }
  const Lease result = lease(best != blocks_.end() ? best : fresh(wanted));
  const size_t spent = std::min(admission.left_, wanted);
  admission.left_ -= spent;
  reserved_ -= spent;
  return result;
}

Lease FrameMemory::find(const FrameKey& key, Admission& admission) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto found = kept_.find(key);
  if (found == kept_.end()) return nullptr;
  const size_t returned = std::min(admission.left_, footprint(key.bytes));
  admission.left_ -= returned;
  reserved_ -= returned;
  changed();
  return lease(found->second);
}

Lease FrameMemory::keep(const FrameKey& key, Lease filled) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto found = kept_.find(key);
  if (found != kept_.end()) return lease(found->second);  // `filled` goes back to the pool with its last lease
  const auto block =
      std::find_if(blocks_.begin(), blocks_.end(), [&](const Block& b) { return b.segment.get() == filled.get(); });
  block->kept = true;
  block->key = key;
  kept_.emplace(key, block);
  return filled;
}

void FrameMemory::trim(std::chrono::steady_clock::duration age) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto oldest = Clock::now() - age;
  for (auto block = blocks_.begin(); block != blocks_.end();) {
    const auto candidate = block++;
    if (candidate->uses == 0 && candidate->lastUse <= oldest) free(candidate);
  }
}

std::vector<int> FrameMemory::takeForgotten() {
  const std::lock_guard<std::mutex> lock(mutex_);
  std::vector<int> taken;
  taken.swap(forgotten_);
  return taken;
}

}  // namespace focuspuller
