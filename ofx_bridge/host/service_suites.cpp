// SPDX-License-Identifier: Apache-2.0
// The memory, message, progress and timeline suites.
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <map>

#include "actions.h"
#include "effect.h"
#include "host.h"
#include "suites.h"

namespace focuspuller::host {
namespace {

std::mutex blocksMutex;
std::map<void*, Host*> blocks;  // of the memory suite, with the host they were got from

OfxStatus memoryAlloc(void* handle, size_t bytes, void** data) {
  std::shared_ptr<Effect> effect;
  if (handle && !(effect = resolve<Effect>(handle, "memoryAlloc"))) return kOfxStatErrBadHandle;
  Host* host = effect ? effect->host : currentCall ? &currentCall->host : nullptr;
  if (!data) {
    violate(host, "memoryAlloc", "got NULL as the place to put the address");
    return kOfxStatErrValue;
  }
  *data = std::malloc(bytes ? bytes : 1);
  if (!*data) return kOfxStatErrMemory;
  std::lock_guard lock(blocksMutex);
  blocks[*data] = host;
  return kOfxStatOK;
}

OfxStatus memoryFree(void* data) {
  {
    std::lock_guard lock(blocksMutex);
    if (blocks.erase(data)) {
      std::free(data);
      return kOfxStatOK;
    }
  }
  if (!data) return kOfxStatOK;
  violate(nullptr, "memoryFree", "got an address that memoryAlloc did not give out, or that was freed before");
  return kOfxStatErrBadHandle;
}

bool knownType(const std::string& type) {
  for (const char* known : {kOfxMessageFatal, kOfxMessageError, kOfxMessageWarning, kOfxMessageMessage, kOfxMessageLog,
                            kOfxMessageQuestion}) {
    if (type == known) return true;
  }
  return false;
}

OfxStatus post(const char* function, void* handle, const char* type, const char* id, const char* format,
               std::va_list values, bool persistent) {
  std::shared_ptr<Effect> effect;
  if (handle && !(effect = resolve<Effect>(handle, function))) return kOfxStatErrBadHandle;
  Host* host = effect ? effect->host : currentCall ? &currentCall->host : nullptr;
  if (!type || !knownType(type) || !format) {
    violate(host, function, std::string("the message's type is ") + (type ? type : "NULL"));
    return kOfxStatErrValue;
  }
  std::va_list again;
  va_copy(again, values);
  const int length = std::vsnprintf(nullptr, 0, format, values);
  std::string text(length > 0 ? length : 0, '\0');
  std::vsnprintf(text.data(), text.size() + 1, format, again);
  va_end(again);
  if (!validUtf8(text)) violate(host, function, "the message is not UTF-8");
  auto instance = std::dynamic_pointer_cast<Instance>(effect);
  if (!instance && currentCall) instance = std::dynamic_pointer_cast<Instance>(currentCall->effect);
  if (persistent && !instance) {
    violate(host, function, "a persistent message belongs to an instance");
    return kOfxStatErrBadHandle;
  }
  if (instance) {
    instance->post({type, id ? id : "", text, persistent});
  } else if (host) {
    host->post({type, id ? id : "", text, false});
  }
  return type == std::string(kOfxMessageQuestion) ? kOfxStatReplyNo : kOfxStatOK;
}

OfxStatus message(void* effect, const char* type, const char* id, const char* format, ...) {
  std::va_list values;
  va_start(values, format);
  const OfxStatus status = post("message", effect, type, id, format, values, false);
  va_end(values);
  return status;
}

OfxStatus setPersistentMessage(void* effect, const char* type, const char* id, const char* format, ...) {
  std::va_list values;
  va_start(values, format);
  const OfxStatus status = post("setPersistentMessage", effect, type, id, format, values, true);
  va_end(values);
  return status;
}

OfxStatus clearPersistentMessage(void* handle) {
  auto instance = std::dynamic_pointer_cast<Instance>(resolve<Effect>(handle, "clearPersistentMessage"));
  if (!instance) return kOfxStatErrBadHandle;
  instance->clearPersistent();
  return kOfxStatOK;
}

constexpr unsigned kShowsProgress = kChanged | kInteractInput | kSync;

OfxStatus startProgress(void* handle, const char* label) {
  auto effect = resolve<Effect>(handle, "progressStart");
  if (!effect) return kOfxStatErrBadHandle;
  if (!permitted(effect->host, "progressStart", kShowsProgress)) return kOfxStatFailed;
  if (currentCall->progressOpen) {
    violate(effect->host, "progressStart", "was called again before progressEnd");
    return kOfxStatFailed;
  }
  currentCall->progressOpen = true;
  currentCall->progressLabel = label ? label : "";
  return kOfxStatOK;
}

OfxStatus startProgressWithId(void* handle, const char* label, const char*) { return startProgress(handle, label); }

OfxStatus updateProgress(void* handle, double fraction) {
  auto effect = resolve<Effect>(handle, "progressUpdate");
  if (!effect) return kOfxStatErrBadHandle;
  if (!permitted(effect->host, "progressUpdate", kShowsProgress)) return kOfxStatFailed;
  if (!currentCall->progressOpen) {
    violate(effect->host, "progressUpdate", "was called without progressStart");
    return kOfxStatErrBadHandle;
  }
  if (!(fraction >= 0 && fraction <= 1)) {
    violate(effect->host, "progressUpdate", std::to_string(fraction) + " is not between 0 and 1");
  }
  const bool cancelled = (currentCall->abort && currentCall->abort->raised()) ||
                         (currentCall->progress && !(*currentCall->progress)(fraction, currentCall->progressLabel));
  if (cancelled && currentCall->abort) currentCall->abort->seen = true;
  return cancelled ? kOfxStatReplyNo : kOfxStatOK;
}

OfxStatus endProgress(void* handle) {
  auto effect = resolve<Effect>(handle, "progressEnd");
  if (!effect) return kOfxStatErrBadHandle;
  if (!permitted(effect->host, "progressEnd", kShowsProgress)) return kOfxStatFailed;
  if (!currentCall->progressOpen) {
    violate(effect->host, "progressEnd", "was called without progressStart");
    return kOfxStatErrBadHandle;
  }
  currentCall->progressOpen = false;
  return kOfxStatOK;
}

std::shared_ptr<Instance> timelineOf(void* handle, const char* function, unsigned actions, OfxStatus& status) {
  auto effect = resolve<Effect>(handle, function);
  status = kOfxStatErrBadHandle;
  if (!effect) return nullptr;
  status = kOfxStatFailed;
  if (!permitted(effect->host, function, actions)) return nullptr;
  return std::dynamic_pointer_cast<Instance>(effect);
}

OfxStatus getTime(void* handle, double* time) {
  OfxStatus status;
  auto instance = timelineOf(handle, "getTime", kWithInstance, status);
  if (!instance || !time) return status;
  *time = instance->host->now();
  return kOfxStatOK;
}

OfxStatus gotoTime(void* handle, double time) {
  OfxStatus status;
  auto instance = timelineOf(handle, "gotoTime", kChanged | kInteractInput, status);
  if (!instance) return status;
  instance->host->time = time;
  return kOfxStatOK;
}

OfxStatus getTimeBounds(void* handle, double* first, double* last) {
  OfxStatus status;
  auto instance = timelineOf(handle, "getTimeBounds", kWithInstance, status);
  if (!instance || !first || !last) return status;
  *first = instance->project.firstFrame;
  *last = instance->project.lastFrame;
  return kOfxStatOK;
}

}  // namespace

const OfxMemorySuiteV1 kMemorySuite = {memoryAlloc, memoryFree};
const OfxMessageSuiteV1 kMessageSuiteV1 = {message};
const OfxMessageSuiteV2 kMessageSuiteV2 = {message, setPersistentMessage, clearPersistentMessage};
const OfxProgressSuiteV1 kProgressSuiteV1 = {startProgress, updateProgress, endProgress};
const OfxProgressSuiteV2 kProgressSuiteV2 = {startProgressWithId, updateProgress, endProgress};
const OfxTimeLineSuiteV1 kTimeLineSuite = {getTime, gotoTime, getTimeBounds};

int leakedBlocks(Host* host) {
  std::lock_guard lock(blocksMutex);
  int count = 0;
  for (auto block = blocks.begin(); block != blocks.end();) {
    if (block->second != host) {
      ++block;
      continue;
    }
    std::free(block->first);
    block = blocks.erase(block);
    ++count;
  }
  return count;
}

}  // namespace focuspuller::host
