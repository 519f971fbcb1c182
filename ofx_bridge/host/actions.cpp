// SPDX-License-Identifier: Apache-2.0
#include "actions.h"

#include <algorithm>

#include "effect.h"
#include "host.h"
#include "images.h"

namespace focuspuller::host {

thread_local Call* currentCall = nullptr;
thread_local bool inSetHost = false;

namespace {

const std::pair<OfxStatus, const char*> kStatusNames[] = {
    {kOfxStatOK, "kOfxStatOK"},
    {kOfxStatFailed, "kOfxStatFailed"},
    {kOfxStatErrFatal, "kOfxStatErrFatal"},
    {kOfxStatErrUnknown, "kOfxStatErrUnknown"},
    {kOfxStatErrMissingHostFeature, "kOfxStatErrMissingHostFeature"},
    {kOfxStatErrUnsupported, "kOfxStatErrUnsupported"},
    {kOfxStatErrExists, "kOfxStatErrExists"},
    {kOfxStatErrFormat, "kOfxStatErrFormat"},
    {kOfxStatErrMemory, "kOfxStatErrMemory"},
    {kOfxStatErrBadHandle, "kOfxStatErrBadHandle"},
    {kOfxStatErrBadIndex, "kOfxStatErrBadIndex"},
    {kOfxStatErrValue, "kOfxStatErrValue"},
    {kOfxStatReplyYes, "kOfxStatReplyYes"},
    {kOfxStatReplyNo, "kOfxStatReplyNo"},
    {kOfxStatReplyDefault, "kOfxStatReplyDefault"},
    {kOfxStatUnlicensed, "kOfxStatUnlicensed"},
    {kOfxStatErrImageFormat, "kOfxStatErrImageFormat"},
};

// The standard's answers to each action, beyond failed, out of memory and fatal, which are always possible.
bool answers(Action action, OfxStatus status) {
  switch (status) {
    case kOfxStatOK:
    case kOfxStatFailed:
    case kOfxStatErrFatal:
    case kOfxStatErrMemory:
      return true;
    case kOfxStatReplyDefault:
      return action != kRender && action != kDescribeInContext && action != kDescribe;
    case kOfxStatErrMissingHostFeature:
      return (action & (kLoad | kDescribing | kCreate)) != 0;
    case kOfxStatErrImageFormat:
      return (action & (kRender | kBeginSequence)) != 0;
    case kOfxStatUnlicensed:
      return (action & (kRender | kBeginSequence | kEndSequence)) != 0;
    default:
      return false;
  }
}

}  // namespace

std::string statusName(OfxStatus status) {
  for (const auto& [value, name] : kStatusNames) {
    if (value == status) return name;
  }
  return "status " + std::to_string(status);
}

bool Abort::raised() {
  bool now = (flag && flag->isSet()) || (deadline && std::chrono::steady_clock::now() >= *deadline) || (ask && ask());
  if (flag) flag->polls.fetch_add(1, std::memory_order_relaxed);
  if (now) seen = true;
  return now;
}

bool inAction(unsigned actions) { return currentCall && (currentCall->action & actions) != 0; }

bool permitted(Host* host, const char* function, unsigned actions) {
  if (inAction(actions)) return true;
  violate(host, function,
          currentCall ? "may not be called in this action"
                      : "was called outside any action, or on a thread that the host does not know");
  return false;
}

Call::Call(Host& host, Action action, std::string name, std::shared_ptr<Effect> effect)
    : host(host), action(action), name(std::move(name)), effect(std::move(effect)), parent(currentCall) {
  if (const Schema* schema = inArguments(this->name)) {
    in = make<PropertySet>(&host, "the inArgs of " + this->name, *schema, Holder::in);
  }
  if (const Schema* schema = outArguments(this->name)) {
    out = make<PropertySet>(&host, "the outArgs of " + this->name, *schema, Holder::out);
  }
}

Call::~Call() {
  if (in) retire(in->handle);
  if (out) retire(out->handle);
}

OfxStatus Call::operator()(OfxPluginEntryPoint* entry, const void* handle) {
  currentCall = this;
  OfxStatus status = kOfxStatFailed;
  try {
    status = entry(name.c_str(), handle, in ? in->as<OfxPropertySetHandle>() : nullptr,
                   out ? out->as<OfxPropertySetHandle>() : nullptr);
    checkStatus(status);
  } catch (...) {
    host.violate("let a C++ exception through its entry point");
  }
  checkLeftOvers();
  currentCall = parent;
  return status;
}

void Call::checkStatus(OfxStatus status) {
  if (!answers(action, status)) host.violate("answered " + statusName(status) + ", which is no answer to it");
}

void Call::checkLeftOvers() {
  std::vector<std::shared_ptr<Image>> left;
  {
    std::lock_guard lock(mutex);
    left.swap(images);
  }
  for (const auto& image : left) {
    host.violate("did not release " + image->what);
    retire(image->handle);
  }
  if (edits > 0) host.violate("called paramEditBegin " + std::to_string(edits) + " times more than paramEditEnd");
  if (progressOpen) host.violate("did not call progressEnd");
  edits = 0;
  progressOpen = false;
}

}  // namespace focuspuller::host
