// SPDX-License-Identifier: Apache-2.0
#include "handles.h"

#include <cstdint>
#include <deque>
#include <mutex>
#include <shared_mutex>
#include <unordered_map>
#include <vector>

#include "actions.h"
#include "host.h"

namespace focuspuller::host {
namespace {

// Outside the addresses that any 64-bit system maps for a process.
constexpr std::uintptr_t kFirst = sizeof(void*) == 8 ? static_cast<std::uintptr_t>(0x0FAC000000000000ull) : 0x10u;
constexpr size_t kRemembered = 4096;

struct Retired {
  std::uintptr_t number;
  Host* host;
  std::string what;
};

struct Registry {
  std::shared_mutex mutex;
  std::unordered_map<std::uintptr_t, std::shared_ptr<Object>> live;
  std::deque<Retired> retired;
  std::uintptr_t next = kFirst;
};

Registry& registry() {
  static Registry instance;
  return instance;
}

const char* kindName(Kind kind) {
  switch (kind) {
    case Kind::propertySet:
      return "property set";
    case Kind::paramSet:
      return "parameter set";
    case Kind::param:
      return "parameter";
    case Kind::effect:
      return "effect";
    case Kind::clip:
      return "clip";
    case Kind::memory:
      return "image memory";
    case Kind::mutex:
      return "mutex";
    case Kind::interact:
      return "interact";
  }
  return "";
}

}  // namespace

void issue(const std::shared_ptr<Object>& object) {
  Registry& all = registry();
  std::unique_lock lock(all.mutex);
  object->handle = reinterpret_cast<void*>(all.next);
  all.live.emplace(all.next, object);
  all.next += 16;
}

void retire(void* handle) {
  std::shared_ptr<Object> last;  // destroyed after the lock is released: its destructor may retire others
  Registry& all = registry();
  std::unique_lock lock(all.mutex);
  auto found = all.live.find(reinterpret_cast<std::uintptr_t>(handle));
  if (found == all.live.end()) return;
  last = std::move(found->second);
  all.live.erase(found);
  all.retired.push_back({reinterpret_cast<std::uintptr_t>(handle), last->host, last->what});
  if (all.retired.size() > kRemembered) all.retired.pop_front();
  lock.unlock();
}

void forgetHost(Host* host) {
  std::vector<std::shared_ptr<Object>> left;  // destroyed after the lock is released
  Registry& all = registry();
  std::unique_lock lock(all.mutex);
  for (auto entry = all.live.begin(); entry != all.live.end();) {
    if (entry->second->host == host) {
      left.push_back(std::move(entry->second));
      entry = all.live.erase(entry);
    } else {
      ++entry;
    }
  }
  for (Retired& record : all.retired) {
    if (record.host == host) record.host = nullptr;
  }
  lock.unlock();
}

std::shared_ptr<Object> resolve(const void* handle, Kind kind, const char* function) {
  Host* culprit = nullptr;
  std::string sentence;
  {
    Registry& all = registry();
    std::shared_lock lock(all.mutex);
    auto number = reinterpret_cast<std::uintptr_t>(handle);
    auto found = all.live.find(number);
    if (found != all.live.end() && found->second->kind == kind) return found->second;
    if (found != all.live.end()) {
      culprit = found->second->host;
      sentence = "got " + found->second->what + " where a " + kindName(kind) + " handle belongs";
    } else if (!handle) {
      sentence = std::string("got NULL as ") + kindName(kind) + " handle";
    } else {
      sentence = std::string("got a ") + kindName(kind) + " handle that this host never gave out";
      for (const Retired& record : all.retired) {
        if (record.number != number) continue;
        culprit = record.host;
        sentence = "used " + record.what + " after it was released or destroyed";
      }
    }
  }
  violate(culprit, function, sentence);
  return nullptr;
}

}  // namespace focuspuller::host
