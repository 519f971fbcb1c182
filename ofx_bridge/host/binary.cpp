// SPDX-License-Identifier: Apache-2.0
#include "binary.h"

#include <algorithm>
#include <set>
#include <stdexcept>
#include <utility>

#include "library.h"
#include "suites.h"

namespace focuspuller::host {
namespace {

using GetNumberOfPlugins = int();
using GetPlugin = OfxPlugin*(int);
using SetHost = OfxStatus(const OfxHost*);

// Bundles hold 1.x plug-ins of other APIs too; this host takes image effects of API version 1.
bool wanted(Host& host, const OfxPlugin* abi, int index) {
  const std::string which = "plug-in " + std::to_string(index);
  if (!abi) {
    host.violate(which + ": OfxGetPlugin returned NULL");
    return false;
  }
  if (!abi->pluginApi || abi->pluginApi != std::string(kOfxImageEffectPluginApi)) return false;
  if (abi->apiVersion != kOfxImageEffectPluginApiVersion) {
    host.violate(which + ": its API version is " + std::to_string(abi->apiVersion) + ", not 1");
    return false;
  }
  if (!abi->pluginIdentifier || !*abi->pluginIdentifier || !abi->setHost || !abi->mainEntry) {
    host.violate(which + ": its identifier or an entry point is NULL");
    return false;
  }
  const std::string identifier = abi->pluginIdentifier;
  if (std::any_of(identifier.begin(), identifier.end(), [](unsigned char c) { return c <= ' ' || c > '~'; })) {
    host.violate(which + ": its identifier is not plain ASCII");
  }
  return true;
}

}  // namespace

Binary::Binary(std::shared_ptr<Host> given, const std::string& path, const std::string& bundle)
    : host(std::move(given)), path_(path) {
  try {
    open(path);
  } catch (...) {
    if (library_) closeLibrary(library_, path_);
    throw;
  }
  describeAll(bundle);
}

void Binary::open(const std::string& path) {
  library_ = openLibrary(path);
  auto count = reinterpret_cast<GetNumberOfPlugins*>(findSymbol(library_, "OfxGetNumberOfPlugins"));
  auto get = reinterpret_cast<GetPlugin*>(findSymbol(library_, "OfxGetPlugin"));
  auto setHost = reinterpret_cast<SetHost*>(findSymbol(library_, "OfxSetHost"));
  if (!count || !get) throw std::runtime_error("it does not export OfxGetNumberOfPlugins and OfxGetPlugin");
  if (setHost) {
    inSetHost = true;
    const OfxStatus status = setHost(&host->abi);
    inSetHost = false;
    if (status != kOfxStatOK) throw std::runtime_error("its OfxSetHost answered " + statusName(status));
  }
  std::set<std::string> seen;
  for (int i = 0, n = count(); i < n; ++i) {
    OfxPlugin* abi = get(i);
    if (!wanted(*host, abi, i)) continue;
    auto plugin = std::unique_ptr<Plugin>(new Plugin{*host,
                                                     abi,
                                                     abi->pluginIdentifier,
                                                     static_cast<int>(abi->pluginVersionMajor),
                                                     static_cast<int>(abi->pluginVersionMinor),
                                                     nullptr,
                                                     {},
                                                     {}});
    const std::string version =
        plugin->identifier + " " + std::to_string(plugin->major) + "." + std::to_string(plugin->minor);
    if (!seen.insert(version).second) host->violate("the binary has " + version + " twice");
    plugins.push_back(std::move(plugin));
  }
}

void Binary::describeAll(const std::string& bundle) {
  for (auto& plugin : plugins) {
    inSetHost = true;
    plugin->abi->setHost(&host->abi);
    inSetHost = false;
    Call load(*host, kLoad, kOfxActionLoad);
    const OfxStatus status = plugin->call(load, nullptr);
    const bool loaded = status == kOfxStatOK || status == kOfxStatReplyDefault;
    if (!loaded || !describe(*plugin, bundle)) {
      if (loaded) {
        Call unload(*host, kUnload, kOfxActionUnload);
        plugin->call(unload, nullptr);
      }
      plugin.reset();
    }
  }
  plugins.erase(std::remove(plugins.begin(), plugins.end(), nullptr), plugins.end());
}

bool Binary::describe(Plugin& plugin, const std::string& bundle) {
  auto effect = make<Effect>(plugin, "", effectDescriptorSchema(), Holder::descriptor, "the descriptor");
  PropertySet& p = *effect->properties;
  for (const char* label : {kOfxPropLabel, kOfxPropShortLabel, kOfxPropLongLabel}) {
    p.setText(label, {plugin.identifier});
  }
  p.setInt(kOfxPropVersion, {plugin.major, plugin.minor});
  p.setText(kOfxPropVersionLabel, {std::to_string(plugin.major) + "." + std::to_string(plugin.minor)});
  p.setText(kOfxPluginPropFilePath, {bundle});
  plugin.descriptor = effect;
  OfxStatus status;
  {
    Call call(*host, kDescribe, kOfxActionDescribe, effect);
    status = plugin.call(call, effect->handle);
  }
  if (status != kOfxStatOK) {
    host->violate(plugin.identifier + ": describe answered " + statusName(status));
    effect->close();
    return false;
  }
  checkEffect(*effect);
  for (const std::string& context : p.texts(kOfxImageEffectPropSupportedContexts)) {
    if (host->supportsContext(context)) describeContext(plugin, context);
  }
  return true;
}

void Binary::describeContext(Plugin& plugin, const std::string& context) {
  auto effect =
      make<Effect>(plugin, context, effectDescriptorSchema(), Holder::descriptor, "the descriptor in " + context);
  effect->properties->copyFrom(*plugin.descriptor->properties);
  effect->properties->setText(kOfxImageEffectPropContext, {context});
  Call call(*host, kDescribeInContext, kOfxImageEffectActionDescribeInContext, effect);
  call.in->setText(kOfxImageEffectPropContext, {context});
  const OfxStatus status = plugin.call(call, effect->handle);
  if (status == kOfxStatOK) {
    plugin.contexts[context] = effect;
    checkClips(*effect);
    checkParams(*effect);
    return;
  }
  if (status != kOfxStatErrMissingHostFeature) {
    host->violate(plugin.identifier + ": describeInContext answered " + statusName(status));
  }
  effect->close();
}

void Binary::close() {
  if (!library_) return;
  for (auto& plugin : plugins) {
    {
      Call unload(*host, kUnload, kOfxActionUnload);
      plugin->call(unload, nullptr);
    }
    for (auto& [context, effect] : plugin->contexts) effect->close();
    plugin->descriptor->close();
  }
  if (const int left = leakedBlocks(host.get())) {
    host->violate("left " + std::to_string(left) + " blocks of the memory suite allocated at unload");
  }
  plugins.clear();
  closeLibrary(std::exchange(library_, nullptr), path_);
}

Plugin* Binary::plugin(const std::string& identifier) const {
  Plugin* best = nullptr;
  for (const auto& plugin : plugins) {
    if (plugin->identifier != identifier) continue;
    if (!best || std::pair(plugin->major, plugin->minor) > std::pair(best->major, best->minor)) best = plugin.get();
  }
  return best;
}

void checkEffect(const Effect& descriptor) {
  Host& host = *descriptor.host;
  const std::string who = descriptor.identifier() + ": ";
  if (descriptor.properties->texts(kOfxImageEffectPropSupportedContexts).empty()) {
    host.violate(who + "describe set no supported context");
  }
  if (descriptor.properties->texts(kOfxImageEffectPropSupportedPixelDepths).empty()) {
    host.violate(who + "describe set no supported pixel depth");
  }
  if (descriptor.properties->text(kOfxPropLabel).empty()) host.violate(who + "has no label");
}

void checkClips(const Effect& descriptor) {
  Host& host = *descriptor.host;
  const std::string who = descriptor.identifier() + " in " + descriptor.context + ": ";
  if (!descriptor.clip(kOfxImageEffectOutputClipName)) host.violate(who + "has no clip Output");
  const bool filter = descriptor.context == kOfxImageEffectContextFilter;
  auto source = descriptor.clip(kOfxImageEffectSimpleSourceClipName);
  if (filter && !source) host.violate(who + "has no clip Source, which the context mandates");
  if (filter && source && source->optional()) host.violate(who + "Source is optional, but the context mandates it");
  for (const auto& clip : descriptor.clips) {
    if (clip->properties->texts(kOfxImageEffectPropSupportedComponents).empty()) {
      host.violate(who + clip->what + " supports no components");
    }
    if (clip->properties->integer(kOfxImageEffectPropTemporalClipAccess) &&
        !descriptor.properties->integer(kOfxImageEffectPropTemporalClipAccess)) {
      host.violate(who + clip->what + " has temporal access, but the effect has not");
    }
    if (filter && !clip->isOutput() && clip != source && !clip->optional()) {
      host.violate(who + clip->what + " must be optional: the context has one mandatory input");
    }
  }
}

}  // namespace focuspuller::host
