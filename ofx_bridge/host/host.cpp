// SPDX-License-Identifier: Apache-2.0
#include "host.h"

#include <algorithm>
#include <set>

#include "actions.h"
#include "effect.h"
#include "suites.h"

namespace focuspuller::host {
namespace {

std::mutex liveMutex;
std::set<Host*> liveHosts;

struct Offer {
  const char* name;
  int version;
  const void* suite;
};

const Offer kOffers[] = {
    {kOfxPropertySuite, 1, &kPropertySuite},       {kOfxParameterSuite, 1, &kParameterSuite},
    {kOfxImageEffectSuite, 1, &kImageEffectSuite}, {kOfxMemorySuite, 1, &kMemorySuite},
    {kOfxMultiThreadSuite, 1, &kMultiThreadSuite}, {kOfxMessageSuite, 1, &kMessageSuiteV1},
    {kOfxMessageSuite, 2, &kMessageSuiteV2},       {kOfxProgressSuite, 1, &kProgressSuiteV1},
    {kOfxProgressSuite, 2, &kProgressSuiteV2},     {kOfxTimeLineSuite, 1, &kTimeLineSuite},
    {kOfxInteractSuite, 1, &kInteractSuite},
};

}  // namespace

Host::Host(Profile given) : profile(std::move(given)) {
  properties = make<PropertySet>(this, "the host", hostSchema(), Holder::host);
  PropertySet& p = *properties;
  p.setText(kOfxPropName, {profile.name});
  p.setText(kOfxPropLabel, {profile.label});
  p.set(kOfxPropVersion, std::vector<Value>(profile.version.begin(), profile.version.end()));
  std::string label;
  for (int part : profile.version) label += (label.empty() ? "" : ".") + std::to_string(part);
  p.setText(kOfxPropVersionLabel, {label});
  p.setInt(kOfxPropAPIVersion, {1, profile.colourManagement ? 5 : 4});
  p.setInt(kOfxImageEffectHostPropIsBackground, {profile.background});
  p.setInt(kOfxImageEffectPropSupportsOverlays, {profile.overlays});
  p.setInt(kOfxImageEffectPropSupportsMultiResolution, {profile.multiResolution});
  p.setInt(kOfxImageEffectPropSupportsTiles, {profile.tiles});
  p.setInt(kOfxImageEffectPropTemporalClipAccess, {profile.temporalAccess});
  p.setText(kOfxImageEffectPropSupportedComponents, profile.components);
  p.setText(kOfxImageEffectPropSupportedContexts, profile.contexts);
  p.setText(kOfxImageEffectPropSupportedPixelDepths, {profile.depth});
  p.setInt(kOfxImageEffectPropRenderQualityDraft, {1});
  for (const char* animated : {kOfxParamHostPropSupportsStringAnimation, kOfxParamHostPropSupportsBooleanAnimation,
                               kOfxParamHostPropSupportsChoiceAnimation}) {
    p.setInt(animated, {profile.animatesEverything});
  }
  if (profile.colourManagement) {
    p.setText(kOfxImageEffectPropColourManagementStyle, {kOfxImageEffectColourManagementCore});
    p.setText(kOfxImageEffectPropColourManagementAvailableConfigs, {"ofx-native-v1.5_aces-v1.3_ocio-v2.3"});
  }
  for (const std::string& name : profile.missingProperties) p.hide(name);
  abi = {p.as<OfxPropertySetHandle>(), fetchSuite};
  std::lock_guard lock(liveMutex);
  liveHosts.insert(this);
}

Host::~Host() {
  retire(properties->handle);
  forgetHost(this);
  std::lock_guard lock(liveMutex);
  liveHosts.erase(this);
}

void Host::violate(const std::string& sentence) {
  std::string where;
  if (inSetHost) where = "setHost: ";
  if (const Call* call = currentCall) {
    where = call->effect ? call->effect->identifier() + ", " + call->name + ": " : call->name + ": ";
  }
  std::lock_guard lock(mutex_);
  violations_.push_back(where + sentence);
}

std::vector<std::string> Host::violations() const {
  std::lock_guard lock(mutex_);
  return violations_;
}

void Host::clearViolations() {
  std::lock_guard lock(mutex_);
  violations_.clear();
}

void Host::post(Message message) {
  std::lock_guard lock(mutex_);
  messages_.push_back(std::move(message));
}

std::vector<Message> Host::messages() const {
  std::lock_guard lock(mutex_);
  return messages_;
}

bool Host::offers(const char* suite, int version) const {
  if (suite == std::string(kOfxInteractSuite) && !profile.overlays) return false;
  const std::pair<std::string, int> wanted(suite, version);
  const auto& missing = profile.missingSuites;
  return std::find(missing.begin(), missing.end(), wanted) == missing.end();
}

bool Host::supportsContext(const std::string& context) const {
  return std::find(profile.contexts.begin(), profile.contexts.end(), context) != profile.contexts.end();
}

void violate(Host* host, const char* function, const std::string& sentence) {
  std::string text = std::string(function) + ": " + sentence;
  if (!host && currentCall) host = &currentCall->host;
  if (host) return host->violate(text);
  std::lock_guard lock(liveMutex);
  for (Host* each : liveHosts) each->violate(text);
}

const void* fetchSuite(OfxPropertySetHandle handle, const char* name, int version) {
  auto set = resolve<PropertySet>(handle, "fetchSuite");
  if (!set || !name) return nullptr;
  if (!currentCall) violate(set->host, "fetchSuite", "was called before the load action, or outside any action");
  if (!set->host->offers(name, version)) return nullptr;
  for (const Offer& offer : kOffers) {
    if (name == std::string(offer.name) && version == offer.version) return offer.suite;
  }
  return nullptr;
}

}  // namespace focuspuller::host
