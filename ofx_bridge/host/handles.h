// SPDX-License-Identifier: Apache-2.0
// Handles given to plug-ins. A handle is a number that is never used twice and never a real address, so a stale or
// invented one is recognised instead of crashing the host, and dereferencing one crashes the plug-in at once.
#pragma once

#include <memory>
#include <string>

namespace focuspuller::host {

class Host;

enum class Kind { propertySet, paramSet, param, effect, clip, memory, mutex, interact };

class Object : public std::enable_shared_from_this<Object> {
 public:
  Object(Host* host, Kind kind, std::string what) : host(host), kind(kind), what(std::move(what)) {}
  virtual ~Object() = default;
  Object(const Object&) = delete;
  Object& operator=(const Object&) = delete;

  template <class Handle>
  Handle as() const {
    return static_cast<Handle>(handle);
  }

  Host* const host;
  const Kind kind;
  const std::string what;  // how violations call it: "the clip Source"
  void* handle = nullptr;
};

// Gives the object a handle; it stays alive until `retire`.
void issue(const std::shared_ptr<Object>& object);
void retire(void* handle);
// Drops every handle of a host that ends.
void forgetHost(Host* host);

template <class T, class... Arguments>
std::shared_ptr<T> make(Arguments&&... arguments) {
  auto object = std::make_shared<T>(std::forward<Arguments>(arguments)...);
  issue(object);
  return object;
}

// The live object behind a handle; nullptr, and a violation on record, when there is none of that kind.
std::shared_ptr<Object> resolve(const void* handle, Kind kind, const char* function);

template <class T>
std::shared_ptr<T> resolve(const void* handle, const char* function) {
  return std::static_pointer_cast<T>(resolve(handle, T::handleKind, function));
}

}  // namespace focuspuller::host
