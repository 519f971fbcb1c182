// SPDX-License-Identifier: Apache-2.0
#include <limits>
#include <thread>

#include "sins.h"

using namespace kit;

namespace {

OfxParamHandle stale = nullptr;  // of an instance that is gone
OfxPropertySetHandle described = nullptr;

}  // namespace

void remember(OfxPropertySetHandle set) { described = set; }

const Sins& instanceSins() {
  static const Sins all = {
      {"image in createInstance",
       [](const Scene& s) {
         OfxPropertySetHandle image;
         effects->clipGetImage(clip(s.effect, "Source"), 1, nullptr, &image);
         return kOfxStatOK;
       }},
      {"parameter in createInstance",
       [](const Scene& s) {
         params->paramDefine(paramsOf(s.effect), kOfxParamTypeDouble, "late", nullptr);
         return kOfxStatOK;
       }},
      {"value set in createInstance",
       [](const Scene& s) {
         params->paramSetValue(param(s.effect, "size"), 2.0);
         return kOfxStatOK;
       }},
      {"unknown clip",
       [](const Scene& s) {
         clip(s.effect, "Ghost");
         return kOfxStatOK;
       }},
      {"unknown parameter",
       [](const Scene& s) {
         param(s.effect, "ghost");
         return kOfxStatOK;
       }},
      {"read-only on an instance",
       [](const Scene& s) {
         props->propSetDouble(paramProperties(s.effect, "size"), kOfxParamPropDefault, 0, 1.0);
         return kOfxStatOK;
       }},
      {"descriptor written late",
       [](const Scene&) {
         props->propSetInt(described, kOfxImageEffectPropSupportsTiles, 0, 0);
         return kOfxStatOK;
       }},
      {"parameter of a dead instance",
       [](const Scene& s) {
         unsigned int count;
         if (stale) params->paramGetNumKeys(stale, &count);
         stale = param(s.effect, "size");
         return kOfxStatOK;
       }},
      {"progress in createInstance",
       [](const Scene& s) {
         progress->progressStart(s.effect, "sin");
         return kOfxStatOK;
       }},
      {"image memory left",
       [](const Scene& s) {
         OfxImageMemoryHandle block;
         effects->imageMemoryAlloc(s.effect, 100, &block);
         return kOfxStatOK;
       }},
      {"memory left",
       [](const Scene& s) {
         void* block;
         memory->memoryAlloc(s.effect, 100, &block);
         return kOfxStatOK;
       }},
      {"memory freed twice",
       [](const Scene& s) {
         void* block;
         memory->memoryAlloc(s.effect, 100, &block);
         memory->memoryFree(block);
         memory->memoryFree(block);
         return kOfxStatOK;
       }},
      {"mutex not held",
       [](const Scene&) {
         OfxMutexHandle mutex;
         threads->mutexCreate(&mutex, 0);
         threads->mutexUnLock(mutex);
         threads->mutexDestroy(mutex);
         return kOfxStatOK;
       }},
      {"mutex destroyed",
       [](const Scene&) {
         OfxMutexHandle mutex;
         threads->mutexCreate(&mutex, 0);
         threads->mutexDestroy(mutex);
         threads->mutexLock(mutex);
         return kOfxStatOK;
       }},
  };
  return all;
}

const Sins& changedSins() {
  static const Sins all = {
      {"edit left open", [](const Scene& s) { return params->paramEditBegin(paramsOf(s.effect), "sin"); }},
      {"edit ended twice",
       [](const Scene& s) {
         params->paramEditEnd(paramsOf(s.effect));
         return kOfxStatOK;
       }},
      {"progress left open", [](const Scene& s) { return progress->progressStart(s.effect, "sin"); }},
      {"progress without start",
       [](const Scene& s) {
         progress->progressUpdate(s.effect, 0.5);
         return kOfxStatOK;
       }},
      {"progress started twice",
       [](const Scene& s) {
         progress->progressStart(s.effect, "sin");
         progress->progressStart(s.effect, "sin");
         return progress->progressEnd(s.effect);
       }},
      {"progress of 110 %",
       [](const Scene& s) {
         progress->progressStart(s.effect, "sin");
         progress->progressUpdate(s.effect, 1.1);
         return progress->progressEnd(s.effect);
       }},
      {"endless change",
       [](const Scene& s) {
         params->paramSetValue(param(s.effect, "size"), 2.0);
         return kOfxStatOK;
       }},
      {"value outside the range",
       [](const Scene& s) {
         if (text(s.in, kOfxPropChangeReason) == kOfxChangeUserEdited) {
           params->paramSetValue(param(s.effect, "size"), std::numeric_limits<double>::infinity());
         }
         return kOfxStatOK;
       }},
      {"key on what does not animate",
       [](const Scene& s) {
         params->paramSetValueAtTime(param(s.effect, "fixed"), 1.0, 2.0);
         return kOfxStatOK;
       }},
      {"copy to another type",
       [](const Scene& s) {
         params->paramCopy(param(s.effect, "size"), param(s.effect, "mode"), 0, nullptr);
         return kOfxStatOK;
       }},
      {"image kept after instanceChanged",
       [](const Scene& s) {
         Image image;
         getImage(s.effect, "Source", 1, image);
         return kOfxStatOK;
       }},
      {"value of a button",
       [](const Scene& s) {
         double value;
         params->paramGetValue(param(s.effect, "button"), &value);
         return kOfxStatOK;
       }},
      {"a thread of its own",
       [](const Scene& s) {
         std::thread([&] { params->paramSetValue(param(s.effect, "size"), 2.0); }).join();
         return kOfxStatOK;
       }},
  };
  return all;
}
