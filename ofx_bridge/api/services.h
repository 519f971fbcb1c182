// SPDX-License-Identifier: Apache-2.0
// OpenFX memory, multi-thread, message, progress and timeline suites.
#pragma once

#include <cstddef>

#include "core.h"

struct OfxMemorySuiteV1 {
  OfxStatus (*memoryAlloc)(void* effect, size_t bytes, void** data);
  OfxStatus (*memoryFree)(void* data);
};

using OfxMutexHandle = struct OfxMutex*;
using OfxThreadFunctionV1 = void(unsigned int index, unsigned int count, void* argument);

struct OfxMultiThreadSuiteV1 {
  OfxStatus (*multiThread)(OfxThreadFunctionV1* function, unsigned int threads, void* argument);
  OfxStatus (*multiThreadNumCPUs)(unsigned int* count);
  OfxStatus (*multiThreadIndex)(unsigned int* index);
  int (*multiThreadIsSpawnedThread)();
  OfxStatus (*mutexCreate)(OfxMutexHandle* mutex, int lockCount);
  OfxStatus (*mutexDestroy)(OfxMutexHandle);
  OfxStatus (*mutexLock)(OfxMutexHandle);
  OfxStatus (*mutexUnLock)(OfxMutexHandle);
  OfxStatus (*mutexTryLock)(OfxMutexHandle);
};

struct OfxMessageSuiteV1 {
  OfxStatus (*message)(void* effect, const char* type, const char* id, const char* format, ...);
};
struct OfxMessageSuiteV2 {
  OfxStatus (*message)(void* effect, const char* type, const char* id, const char* format, ...);
  OfxStatus (*setPersistentMessage)(void* effect, const char* type, const char* id, const char* format, ...);
  OfxStatus (*clearPersistentMessage)(void* effect);
};

struct OfxProgressSuiteV1 {
  OfxStatus (*progressStart)(void* effect, const char* label);
  OfxStatus (*progressUpdate)(void* effect, double fraction);
  OfxStatus (*progressEnd)(void* effect);
};
struct OfxProgressSuiteV2 {
  OfxStatus (*progressStart)(void* effect, const char* message, const char* messageId);
  OfxStatus (*progressUpdate)(void* effect, double fraction);
  OfxStatus (*progressEnd)(void* effect);
};

struct OfxTimeLineSuiteV1 {
  OfxStatus (*getTime)(void* effect, double* time);
  OfxStatus (*gotoTime)(void* effect, double time);
  OfxStatus (*getTimeBounds)(void* effect, double* first, double* last);
};

inline constexpr char kOfxMemorySuite[] = "OfxMemorySuite";
inline constexpr char kOfxMultiThreadSuite[] = "OfxMultiThreadSuite";
inline constexpr char kOfxMessageSuite[] = "OfxMessageSuite";
inline constexpr char kOfxMessageFatal[] = "OfxMessageFatal";
inline constexpr char kOfxMessageError[] = "OfxMessageError";
inline constexpr char kOfxMessageWarning[] = "OfxMessageWarning";
inline constexpr char kOfxMessageMessage[] = "OfxMessageMessage";
inline constexpr char kOfxMessageLog[] = "OfxMessageLog";
inline constexpr char kOfxMessageQuestion[] = "OfxMessageQuestion";
inline constexpr char kOfxProgressSuite[] = "OfxProgressSuite";
inline constexpr char kOfxTimeLineSuite[] = "OfxTimeLineSuite";
