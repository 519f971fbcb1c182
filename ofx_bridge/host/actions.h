// SPDX-License-Identifier: Apache-2.0
// Actions: how a plug-in is called, what may be called from where, and what must be in order when it returns.
#pragma once

#include <atomic>
#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "core.h"
#include "handles.h"
#include "properties.h"

namespace focuspuller::host {

class Effect;
class Image;
class OutputFrame;

// What an action is for, as bits, so that the functions of the suites can name the actions they may be called in.
enum Action : unsigned {
  kLoad = 1u << 0,
  kUnload = 1u << 1,
  kDescribe = 1u << 2,
  kDescribeInContext = 1u << 3,
  kCreate = 1u << 4,
  kDestroy = 1u << 5,
  kBeginChanged = 1u << 6,
  kChanged = 1u << 7,
  kEndChanged = 1u << 8,
  kEdit = 1u << 9,
  kPurge = 1u << 10,
  kSync = 1u << 11,
  kPreferences = 1u << 12,
  kRegionOfDefinition = 1u << 13,
  kRegionsOfInterest = 1u << 14,
  kFramesNeeded = 1u << 15,
  kTimeDomain = 1u << 16,
  kIdentity = 1u << 17,
  kBeginSequence = 1u << 18,
  kRender = 1u << 19,
  kEndSequence = 1u << 20,
  kColourspace = 1u << 21,
  kInteractDescribe = 1u << 22,
  kInteractLife = 1u << 23,
  kInteractDraw = 1u << 24,
  kInteractInput = 1u << 25,

  kDescribing = kDescribe | kDescribeInContext,
  kAllChanged = kBeginChanged | kChanged | kEndChanged,
  kInteracts = kInteractLife | kInteractDraw | kInteractInput,
  kTimed = kRegionOfDefinition | kRegionsOfInterest | kFramesNeeded | kIdentity | kBeginSequence | kRender |
      kEndSequence,
  kMainThread = kCreate | kDestroy | kAllChanged | kEdit | kSync | kInteracts,
  kValueWrites = kAllChanged | kSync | kInteractInput,
  kImages = kRender | kChanged | kInteractDraw | kInteractInput,
  kWithInstance = kMainThread | kPurge | kPreferences | kTimed | kTimeDomain | kColourspace,
  kWithPixels = kAllChanged | kInteracts | kTimed,
};

// Tells a plug-in to stop. Polled through OfxImageEffectSuiteV1::abort and progressUpdate.
class AbortFlag {
 public:
  void set() { set_.store(true); }
  void clear() { set_.store(false); }
  bool isSet() const { return set_.load(std::memory_order_relaxed); }
  std::atomic<long> polls{0};

 private:
  std::atomic<bool> set_{false};
};

struct Abort {
  std::shared_ptr<AbortFlag> flag;
  std::function<bool()> ask;
  std::optional<std::chrono::steady_clock::time_point> deadline;
  std::atomic<bool> seen{false};  // the plug-in has been told

  bool raised();
};

// How progress is shown; false cancels.
using ProgressFunction = std::function<bool(double fraction, const std::string& label)>;

// One action in progress on this thread (and on those that the multi-thread suite starts for it).
class Call {
 public:
  Call(Host& host, Action action, std::string name, std::shared_ptr<Effect> effect = nullptr);
  ~Call();
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  // Property sets that live as long as the action; nullptr where the standard passes NULL.
  std::shared_ptr<PropertySet> in, out;

  OfxStatus operator()(OfxPluginEntryPoint* entry, const void* handle);

  Host& host;
  const Action action;
  const std::string name;
  const std::shared_ptr<Effect> effect;
  Call* const parent;

  double time = 0;
  OfxPointD scale{1, 1};
  std::string field = kOfxNoField;
  Abort* abort = nullptr;
  const ProgressFunction* progress = nullptr;
  OutputFrame* output = nullptr;                         // render only
  std::map<std::string, OfxRectD> regions;               // render only: RoI by clip, canonical
  std::map<std::string, std::vector<OfxRangeD>> frames;  // render only: frames needed by clip

  std::mutex mutex;
  std::vector<std::shared_ptr<Image>> images;  // not released yet
  std::vector<std::string> clipErrors;         // what clip sources raised
  std::deque<std::string> strings;             // given to the plug-in by the parameter suite
  int edits = 0;
  bool progressOpen = false;
  std::string progressLabel;

 private:
  static constexpr const char* kOfxNoField = "OfxFieldNone";
  void checkLeftOvers();
  void checkStatus(OfxStatus status);
};

extern thread_local Call* currentCall;
extern thread_local bool inSetHost;

bool inAction(unsigned actions);

// Whether `function` may be called now; a violation is on record when not.
bool permitted(Host* host, const char* function, unsigned actions);

std::string statusName(OfxStatus status);

}  // namespace focuspuller::host
