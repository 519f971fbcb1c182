// SPDX-License-Identifier: Apache-2.0
// The binary's three functions, and the way of an action to the code that answers it.
#include <cstdio>
#include <cstring>
#include <memory>
#include <mutex>
#include <new>
#include <utility>

#include "analyse.h"
#include "bundle_path.h"
#include "colour_spaces.h"
#include "describe.h"
#include "host_quirks.h"
#include "regions.h"
#include "render.h"
#include "worker_client.h"

#ifdef _WIN32
#define FOCUSPULLER_EXPORT extern "C" __declspec(dllexport)
#else
#define FOCUSPULLER_EXPORT extern "C" __attribute__((visibility("default")))
#endif

namespace focuspuller {
namespace {

constexpr std::size_t kMostNodes = 64;

// A plug-in has no way to learn which node it is called for, so that each node needs a function of its own.
template <std::size_t Index>
OfxStatus entryOf(const char* action, const void* handle, OfxPropertySetHandle in, OfxPropertySetHandle out);

template <std::size_t... Indices>
OfxPluginEntryPoint* entryAt(std::size_t index, std::index_sequence<Indices...>) {
  static constexpr OfxPluginEntryPoint* kEntries[] = {&entryOf<Indices>...};
  return kEntries[index];
}

struct Plugins {
  Manifest manifest;
  std::vector<OfxPlugin> table;
  std::mutex mutex;
  int loaded = 0;  // Load actions less Unload actions; hosts do not always pair them
};

// The manifest beside the binary. What is wrong with it goes to stderr: no host suite exists yet, and no node either.
Plugins& plugins() {
  static Plugins& instance = *[] {
    auto* made = new Plugins;
    try {
      const std::string bundle = bundlePath();
      setBundlePath(bundle);
      made->manifest = readManifest(bundle + "/Contents/Resources/nodes.json");
      if (made->manifest.nodes.size() > kMostNodes)
        throw JsonError("nodes.json declares more nodes than the binary has room for");
      for (const NodeDeclaration& node : made->manifest.nodes)
        made->table.push_back({kOfxImageEffectPluginApi, kOfxImageEffectPluginApiVersion, node.id.c_str(),
                               static_cast<unsigned>(node.version[0]), static_cast<unsigned>(node.version[1]), &setHost,
                               entryAt(made->table.size(), std::make_index_sequence<kMostNodes>())});
    } catch (const std::exception& error) {
      std::fprintf(stderr, "FocusPuller: %s. FocusPuller has no nodes; install FocusPuller again.\n", error.what());
      made->table.clear();
    }
    return made;
  }();
  return instance;
}

OfxStatus load() {
  if (const OfxStatus status = fetchSuites(); status != kOfxStatOK) return status;
  recogniseHost();
  const std::lock_guard<std::mutex> lock(plugins().mutex);
  ++plugins().loaded;
  return kOfxStatOK;
}

OfxStatus unload() {
  const std::lock_guard<std::mutex> lock(plugins().mutex);
  if (plugins().loaded > 0 && --plugins().loaded == 0) stopWorker();
  return kOfxStatOK;
}

OfxStatus createInstance(OfxImageEffectHandle handle, const NodeDeclaration& node) {
  auto effect = std::make_unique<Effect>(handle, node);
  effect->placePositions();
  effect->updateEnabled(effect->valuesNow());
  effect->properties().setPointer(kOfxPropInstanceData, effect.release());
  return kOfxStatOK;
}

OfxStatus destroyInstance(Effect* effect) {
  effect->properties().setPointer(kOfxPropInstanceData, nullptr);
  delete effect;
  return kOfxStatOK;
}

OfxStatus instanceChanged(Effect& effect, const Properties& in) {
  const std::string name = in.string(kOfxPropName);
  const bool byUser = in.string(kOfxPropChangeReason) == kOfxChangeUserEdited;
  if (in.string(kOfxPropType) == kOfxTypeParameter && byUser) {
    const int index = effect.node().knobIndex(name);  // hosts also report parameters of their own
    if (index >= 0 && effect.node().knobs[index].type == KnobDeclaration::Type::button) {
      effect.clearError();
      return pressButton(effect, effect.node().knobs[index], in);
    }
  }
  if (byUser) effect.clearError();
  effect.updateEnabled(effect.valuesAt(in.number(kOfxPropTime)));
  return kOfxStatOK;
}

OfxStatus dispatch(const NodeDeclaration& node, const char* action, OfxImageEffectHandle handle, const Properties& in,
                   const Properties& out) {
  const auto is = [action](const char* name) { return std::strcmp(action, name) == 0; };
  if (is(kOfxActionLoad)) return load();
  if (is(kOfxActionUnload)) return unload();
  if (is(kOfxActionDescribe)) return describe(handle, node, plugins().manifest.version);
  if (is(kOfxImageEffectActionDescribeInContext))
    return describeInContext(handle, node, in.string(kOfxImageEffectPropContext));
  if (is(kOfxActionCreateInstance)) return createInstance(handle, node);

  Effect* const effect = Effect::of(handle);
  if (!effect) return kOfxStatReplyDefault;
  if (is(kOfxActionDestroyInstance)) return destroyInstance(effect);
  if (is(kOfxActionInstanceChanged)) return instanceChanged(*effect, in);
  if (is(kOfxImageEffectActionRender)) return render(*effect, in);
  if (is(kOfxImageEffectActionIsIdentity)) return isIdentity(*effect, in, out);
  if (is(kOfxImageEffectActionGetRegionOfDefinition)) return regionOfDefinition(*effect, in, out);
  if (is(kOfxImageEffectActionGetRegionsOfInterest)) return regionsOfInterest(*effect, in, out);
  if (is(kOfxImageEffectActionGetFramesNeeded)) return framesNeeded(*effect, in, out);
  if (is(kOfxImageEffectActionGetClipPreferences)) return clipPreferences(*effect, out);
  if (is(kOfxImageEffectActionGetOutputColourspace)) return outputColourSpace(*effect, out);
  if (is(kOfxImageEffectActionBeginSequenceRender)) {
    effect->clearError();
    return kOfxStatOK;
  }
  // The time domain, the ends of sequences and edits, caches and private data: the host's defaults are right.
  return kOfxStatReplyDefault;
}

template <std::size_t Index>
OfxStatus entryOf(const char* action, const void* handle, OfxPropertySetHandle in, OfxPropertySetHandle out) {
  try {
    return dispatch(plugins().manifest.nodes[Index], action,
                    static_cast<OfxImageEffectHandle>(const_cast<void*>(handle)), Properties(in), Properties(out));
  } catch (const std::bad_alloc&) {
    return kOfxStatErrMemory;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "FocusPuller: %s: %s\n", action, error.what());
    return kOfxStatFailed;
  } catch (...) {
    return kOfxStatFailed;
  }
}

}  // namespace
}  // namespace focuspuller

FOCUSPULLER_EXPORT int OfxGetNumberOfPlugins() { return static_cast<int>(focuspuller::plugins().table.size()); }

FOCUSPULLER_EXPORT OfxPlugin* OfxGetPlugin(int nth) {
  std::vector<OfxPlugin>& table = focuspuller::plugins().table;
  return nth >= 0 && nth < static_cast<int>(table.size()) ? &table[nth] : nullptr;
}

FOCUSPULLER_EXPORT OfxStatus OfxSetHost(const OfxHost* host) {
  focuspuller::setHost(const_cast<OfxHost*>(host));
  return kOfxStatOK;
}
