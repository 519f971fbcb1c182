// SPDX-License-Identifier: Apache-2.0
// The multi-thread suite, version 1, on real threads.
#include <algorithm>
#include <condition_variable>
#include <exception>
#include <system_error>
#include <thread>

#include "actions.h"
#include "host.h"
#include "suites.h"

namespace focuspuller::host {
namespace {

thread_local bool spawned = false;
thread_local unsigned int threadIndex = 0;

unsigned int processors() { return std::max(1u, std::thread::hardware_concurrency()); }

// Counts locks as the standard has it: the owner may lock again.
class Mutex : public Object {
 public:
  static constexpr Kind handleKind = Kind::mutex;
  Mutex(Host* host, int count) : Object(host, Kind::mutex, "a mutex"), count_(count > 0 ? count : 0) {
    if (count_) owner_ = std::this_thread::get_id();
  }
  void lock() {
    std::unique_lock guard(mutex_);
    free_.wait(guard, [&] { return mine(); });
    take();
  }
  bool tryLock() {
    std::unique_lock guard(mutex_);
    if (!mine()) return false;
    take();
    return true;
  }
  bool unlock() {
    std::unique_lock guard(mutex_);
    if (!count_ || owner_ != std::this_thread::get_id()) return false;
    if (--count_ == 0) free_.notify_one();
    return true;
  }

 private:
  bool mine() const { return !count_ || owner_ == std::this_thread::get_id(); }
  void take() {
    owner_ = std::this_thread::get_id();
    ++count_;
  }
  std::mutex mutex_;
  std::condition_variable free_;
  std::thread::id owner_;
  int count_;
};

OfxStatus multiThread(OfxThreadFunctionV1* function, unsigned int threads, void* argument) {
  Host* host = currentCall ? &currentCall->host : nullptr;
  if (!function) {
    violate(host, "multiThread", "got NULL as function");
    return kOfxStatFailed;
  }
  if (spawned) {
    violate(host, "multiThread", "was called by a thread that it has spawned");
    return kOfxStatErrExists;
  }
  const unsigned int count = threads ? std::min(threads, processors()) : processors();
  std::vector<std::thread> running;
  std::atomic<bool> threw{false};
  Call* call = currentCall;
  for (unsigned int i = 0; i < count; ++i) {
    try {
      running.emplace_back([=, &threw] {
        spawned = true;
        threadIndex = i;
        currentCall = call;
        try {
          function(i, count, argument);
        } catch (...) {
          threw = true;
        }
      });
    } catch (const std::system_error&) {
      break;
    }
  }
  for (std::thread& thread : running) thread.join();
  if (threw) violate(host, "multiThread", "its function let a C++ exception through");
  return running.size() == count && !threw ? kOfxStatOK : kOfxStatFailed;
}

OfxStatus numCpus(unsigned int* count) {
  if (!count) return kOfxStatFailed;
  *count = processors();
  return kOfxStatOK;
}

OfxStatus index(unsigned int* index) {
  if (!index) return kOfxStatFailed;
  *index = threadIndex;
  return kOfxStatOK;
}

OfxStatus mutexCreate(OfxMutexHandle* handle, int count) {
  if (!handle) return kOfxStatFailed;
  *handle = make<Mutex>(currentCall ? &currentCall->host : nullptr, count)->as<OfxMutexHandle>();
  return kOfxStatOK;
}

OfxStatus mutexDestroy(OfxMutexHandle handle) {
  if (!resolve<Mutex>(handle, "mutexDestroy")) return kOfxStatErrBadHandle;
  retire(handle);
  return kOfxStatOK;
}

OfxStatus mutexLock(OfxMutexHandle handle) {
  auto mutex = resolve<Mutex>(handle, "mutexLock");
  if (!mutex) return kOfxStatErrBadHandle;
  mutex->lock();
  return kOfxStatOK;
}

OfxStatus mutexUnlock(OfxMutexHandle handle) {
  auto mutex = resolve<Mutex>(handle, "mutexUnLock");
  if (!mutex) return kOfxStatErrBadHandle;
  if (mutex->unlock()) return kOfxStatOK;
  violate(mutex->host, "mutexUnLock", "the calling thread does not hold the mutex");
  return kOfxStatFailed;
}

OfxStatus mutexTryLock(OfxMutexHandle handle) {
  auto mutex = resolve<Mutex>(handle, "mutexTryLock");
  if (!mutex) return kOfxStatErrBadHandle;
  return mutex->tryLock() ? kOfxStatOK : kOfxStatFailed;
}

}  // namespace

const OfxMultiThreadSuiteV1 kMultiThreadSuite = {
    multiThread, numCpus,     index,        [] { return spawned ? 1 : 0; }, mutexCreate, mutexDestroy,
    mutexLock,   mutexUnlock, mutexTryLock,
};

}  // namespace focuspuller::host
