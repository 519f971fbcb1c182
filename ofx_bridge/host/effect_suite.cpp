// SPDX-License-Identifier: Apache-2.0
// The image effect suite, version 1.
#include <cstdlib>
#include <cstring>
#include <new>

#include "actions.h"
#include "effect.h"
#include "host.h"
#include "images.h"
#include "suites.h"

namespace focuspuller::host {
namespace {

// Image memory of the host's pool.
class ImageMemory : public Object {
 public:
  static constexpr Kind handleKind = Kind::memory;
  ImageMemory(Host* host, std::weak_ptr<Effect> effect, size_t bytes)
      : Object(host, Kind::memory, "a block of image memory"), effect(std::move(effect)), data(bytes + 16) {}
  void* aligned() {
    const auto address = reinterpret_cast<std::uintptr_t>(data.data());
    return reinterpret_cast<void*>((address + 15) / 16 * 16);
  }
  std::weak_ptr<Effect> effect;
  std::vector<char> data;
  std::atomic<int> locks{0};
};

template <class T>
bool given(Host* host, const char* function, T* place) {
  if (place) return true;
  violate(host, function, "got NULL as the place to put the answer");
  return false;
}

OfxStatus getPropertySet(OfxImageEffectHandle handle, OfxPropertySetHandle* properties) {
  auto effect = resolve<Effect>(handle, "getPropertySet");
  if (!effect) return kOfxStatErrBadHandle;
  if (!given(effect->host, "getPropertySet", properties)) return kOfxStatErrValue;
  *properties = effect->properties->as<OfxPropertySetHandle>();
  return kOfxStatOK;
}

OfxStatus getParamSet(OfxImageEffectHandle handle, OfxParamSetHandle* params) {
  auto effect = resolve<Effect>(handle, "getParamSet");
  if (!effect) return kOfxStatErrBadHandle;
  if (!given(effect->host, "getParamSet", params)) return kOfxStatErrValue;
  *params = effect->paramSet->as<OfxParamSetHandle>();
  return kOfxStatOK;
}

OfxStatus clipDefine(OfxImageEffectHandle handle, const char* name, OfxPropertySetHandle* properties) {
  auto effect = resolve<Effect>(handle, "clipDefine");
  if (!effect) return kOfxStatErrBadHandle;
  if (!permitted(effect->host, "clipDefine", kDescribeInContext)) return kOfxStatFailed;
  if (effect != currentCall->effect) {
    violate(effect->host, "clipDefine", "got another effect than the one being described");
    return kOfxStatErrBadHandle;
  }
  if (!name || !*name) {
    violate(effect->host, "clipDefine", "the clip has no name");
    return kOfxStatErrValue;
  }
  if (effect->clip(name)) {
    violate(effect->host, "clipDefine", std::string("the clip ") + name + " is defined twice");
    return kOfxStatErrExists;
  }
  effect->clips.push_back(make<Clip>(effect->host, *effect, name));
  if (properties) *properties = effect->clips.back()->properties->as<OfxPropertySetHandle>();
  return kOfxStatOK;
}

OfxStatus clipGetHandle(OfxImageEffectHandle handle, const char* name, OfxImageClipHandle* clip,
                        OfxPropertySetHandle* properties) {
  auto effect = resolve<Effect>(handle, "clipGetHandle");
  if (!effect) return kOfxStatErrBadHandle;
  if (!permitted(effect->host, "clipGetHandle", kWithInstance)) return kOfxStatFailed;
  if (!given(effect->host, "clipGetHandle", clip)) return kOfxStatErrValue;
  auto found = name ? effect->clip(name) : nullptr;
  if (!found) {
    violate(effect->host, "clipGetHandle", std::string("there is no clip ") + (name ? name : "NULL"));
    return kOfxStatErrUnknown;
  }
  *clip = found->as<OfxImageClipHandle>();
  if (properties) *properties = found->properties->as<OfxPropertySetHandle>();
  return kOfxStatOK;
}

OfxStatus clipGetPropertySet(OfxImageClipHandle handle, OfxPropertySetHandle* properties) {
  auto clip = resolve<Clip>(handle, "clipGetPropertySet");
  if (!clip) return kOfxStatErrBadHandle;
  if (!given(clip->host, "clipGetPropertySet", properties)) return kOfxStatErrValue;
  *properties = clip->properties->as<OfxPropertySetHandle>();
  return kOfxStatOK;
}

OfxStatus clipGetImage(OfxImageClipHandle handle, OfxTime time, const OfxRectD* region, OfxPropertySetHandle* image) {
  auto clip = resolve<Clip>(handle, "clipGetImage");
  if (!clip) return kOfxStatErrBadHandle;
  if (!permitted(clip->host, "clipGetImage", kImages)) return kOfxStatFailed;
  if (!given(clip->host, "clipGetImage", image)) return kOfxStatErrValue;
  *image = nullptr;
  try {
    std::shared_ptr<Image> got;
    const OfxStatus status = getImage(*currentCall, *clip, time, region, got);
    if (status == kOfxStatOK) *image = got->as<OfxPropertySetHandle>();
    return status;
  } catch (const std::bad_alloc&) {
    return kOfxStatErrMemory;
  }
}

OfxStatus clipReleaseImage(OfxPropertySetHandle handle) {
  auto set = resolve<PropertySet>(handle, "clipReleaseImage");
  if (!set) return kOfxStatErrBadHandle;
  auto image = std::dynamic_pointer_cast<Image>(set);
  if (!image) {
    violate(set->host, "clipReleaseImage", "got " + set->what + ", which is no image");
    return kOfxStatErrBadHandle;
  }
  if (!permitted(set->host, "clipReleaseImage", kImages)) return kOfxStatFailed;
  releaseImage(*currentCall, image);
  return kOfxStatOK;
}

OfxStatus clipGetRegionOfDefinition(OfxImageClipHandle handle, OfxTime time, OfxRectD* bounds) {
  auto clip = resolve<Clip>(handle, "clipGetRegionOfDefinition");
  if (!clip) return kOfxStatErrBadHandle;
  if (!permitted(clip->host, "clipGetRegionOfDefinition", kWithPixels)) return kOfxStatFailed;
  if (!given(clip->host, "clipGetRegionOfDefinition", bounds)) return kOfxStatErrValue;
  *bounds = regionOfDefinition(*currentCall, *clip, time);
  if (clip->host->profile.scaledFrames) {
    const OfxPointD scale = currentCall->scale;
    *bounds = {bounds->x1 * scale.x, bounds->y1 * scale.y, bounds->x2 * scale.x, bounds->y2 * scale.y};
  }
  return clip->source() || clip->isOutput() ? kOfxStatOK : kOfxStatFailed;
}

int abortRaised(OfxImageEffectHandle handle) {
  auto effect = resolve<Effect>(handle, "abort");
  if (!effect || !permitted(effect->host, "abort", kWithInstance)) return 0;
  return currentCall->abort && currentCall->abort->raised() ? 1 : 0;
}

OfxStatus imageMemoryAlloc(OfxImageEffectHandle handle, size_t bytes, OfxImageMemoryHandle* memory) {
  std::shared_ptr<Effect> effect;
  if (memory) *memory = nullptr;
  if (handle && !(effect = resolve<Effect>(handle, "imageMemoryAlloc"))) return kOfxStatErrBadHandle;
  Host* host = effect ? effect->host : currentCall ? &currentCall->host : nullptr;
  if (!permitted(host, "imageMemoryAlloc", kWithInstance)) return kOfxStatFailed;
  if (!given(host, "imageMemoryAlloc", memory)) return kOfxStatErrValue;
  try {
    auto block = make<ImageMemory>(host, effect, bytes);
    *memory = block->as<OfxImageMemoryHandle>();
  } catch (const std::exception&) {
    return kOfxStatErrMemory;
  }
  if (auto instance = std::dynamic_pointer_cast<Instance>(effect)) {
    std::lock_guard lock(instance->mutex);
    instance->memory.insert(*memory);
  }
  return kOfxStatOK;
}

OfxStatus imageMemoryFree(OfxImageMemoryHandle handle) {
  auto block = resolve<ImageMemory>(handle, "imageMemoryFree");
  if (!block) return kOfxStatErrBadHandle;
  if (auto instance = std::dynamic_pointer_cast<Instance>(block->effect.lock())) {
    std::lock_guard lock(instance->mutex);
    instance->memory.erase(handle);
  }
  retire(handle);
  return kOfxStatOK;
}

OfxStatus imageMemoryLock(OfxImageMemoryHandle handle, void** data) {
  auto block = resolve<ImageMemory>(handle, "imageMemoryLock");
  if (data) *data = nullptr;
  if (!block) return kOfxStatErrBadHandle;
  if (!given(block->host, "imageMemoryLock", data)) return kOfxStatErrValue;
  ++block->locks;
  *data = block->aligned();
  return kOfxStatOK;
}

OfxStatus imageMemoryUnlock(OfxImageMemoryHandle handle) {
  auto block = resolve<ImageMemory>(handle, "imageMemoryUnlock");
  if (!block) return kOfxStatErrBadHandle;
  if (block->locks > 0) --block->locks;
  return kOfxStatOK;
}

}  // namespace

const OfxImageEffectSuiteV1 kImageEffectSuite = {
    getPropertySet,     getParamSet,      clipDefine,       clipGetHandle,
    clipGetPropertySet, clipGetImage,     clipReleaseImage, clipGetRegionOfDefinition,
    abortRaised,        imageMemoryAlloc, imageMemoryFree,  imageMemoryLock,
    imageMemoryUnlock,
};

}  // namespace focuspuller::host
