// SPDX-License-Identifier: Apache-2.0
// Overlay interacts: what a viewer sends to the plug-in's handles in the picture.
#pragma once

#include <memory>
#include <string>

#include "effect.h"

namespace focuspuller::host {

class Interact : public Object {
 public:
  static constexpr Kind handleKind = Kind::interact;

  // nullptr when the plug-in has no overlay or this host shows none. Throws std::runtime_error when it declines.
  static std::shared_ptr<Interact> open(const std::shared_ptr<Instance>& instance);
  Interact(const std::shared_ptr<Instance>& instance, OfxPluginEntryPoint* entry, const Schema& schema,
           const std::string& what);
  void destroy();

  // Whether the plug-in took it. Positions are canonical.
  bool pen(const char* action, double time, OfxPointD position, double pressure);
  bool focus(bool gained, double time);
  bool draw(double time);

  const std::shared_ptr<Instance> instance;
  const std::shared_ptr<PropertySet> properties;
  std::atomic<int> redraws{0};

 private:
  void close();
  OfxStatus call(Call& call) { return call(entry_, handle); }
  bool send(Action action, const char* name, double time, OfxPointD position, double pressure);
  OfxPluginEntryPoint* entry_;
};

}  // namespace focuspuller::host
