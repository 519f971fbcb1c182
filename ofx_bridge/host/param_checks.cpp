// SPDX-License-Identifier: Apache-2.0
// What must hold of parameters when describeInContext has returned.
#include <algorithm>
#include <set>

#include "effect.h"
#include "host.h"
#include "param.h"
#include "params.h"

namespace focuspuller::host {
namespace {

std::string ranges(double low, double high) { return "[" + std::to_string(low) + ", " + std::to_string(high) + "]"; }

void checkRange(const Param& param) {
  const PropertySet& p = *param.properties;
  if (!p.has(kOfxParamPropMin) || param.type.type == Type::text) return;
  const auto low = p.numbers(kOfxParamPropMin), high = p.numbers(kOfxParamPropMax);
  const auto shownLow = p.numbers(kOfxParamPropDisplayMin), shownHigh = p.numbers(kOfxParamPropDisplayMax);
  const auto value = p.numbers(kOfxParamPropDefault);
  const bool normalised = p.text(kOfxParamPropDefaultCoordinateSystem) == kOfxParamCoordinatesNormalised;
  Host& host = *param.host;
  for (int i = 0; i < param.type.dimension; ++i) {
    if (low[i] > high[i]) host.violate(param.what + ": minimum above maximum: " + ranges(low[i], high[i]));
    if (shownLow[i] > shownHigh[i]) {
      host.violate(param.what + ": display minimum above display maximum: " + ranges(shownLow[i], shownHigh[i]));
    }
    const bool displayWritten = p.written(kOfxParamPropDisplayMin) && p.written(kOfxParamPropDisplayMax);
    if (displayWritten && (shownLow[i] < low[i] || shownHigh[i] > high[i])) {
      host.violate(param.what + ": display range " + ranges(shownLow[i], shownHigh[i]) + " reaches outside the range " +
                   ranges(low[i], high[i]));
    }
    if (!normalised && (value[i] < low[i] || value[i] > high[i])) {
      host.violate(param.what + ": default " + std::to_string(value[i]) + " is outside the range " +
                   ranges(low[i], high[i]));
    }
  }
  if (!host.profile.rangesRequired) return;
  for (const char* name : {kOfxParamPropMin, kOfxParamPropMax, kOfxParamPropDisplayMin, kOfxParamPropDisplayMax}) {
    if (!p.written(name)) host.violate(param.what + ": " + name + " is not set, and this host then clamps its value");
  }
}

void checkChoice(const Param& param) {
  if (std::string(param.type.name) != kOfxParamTypeChoice) return;
  const auto items = param.properties->texts(kOfxParamPropChoiceOption);
  const int chosen = param.properties->integer(kOfxParamPropDefault);
  Host& host = *param.host;
  if (items.empty()) return host.violate(param.what + ": has no options");
  for (const std::string& item : items) {
    if (item.empty()) host.violate(param.what + ": has an option without text");
  }
  if (std::set<std::string>(items.begin(), items.end()).size() != items.size()) {
    host.violate(param.what + ": has the same option twice");
  }
  if (chosen < 0 || chosen >= static_cast<int>(items.size())) {
    host.violate(param.what + ": default " + std::to_string(chosen) + " is no option");
  }
}

void checkPlace(const Effect& descriptor, const Param& param) {
  const std::string parent = param.properties->text(kOfxParamPropParent);
  Host& host = *param.host;
  if (!parent.empty()) {
    auto group = descriptor.param(parent);
    if (!group || std::string(group->type.name) != kOfxParamTypeGroup) {
      host.violate(param.what + ": its parent '" + parent + "' is no group of this effect");
    }
  }
  if (std::string(param.type.name) != kOfxParamTypePage) return;
  // The standard wants no groups here either, but hosts lay a group out on the page that lists it (Natron puts the
  // others on the first page), so plug-ins list them.
  for (const std::string& child : param.properties->texts(kOfxParamPropPageChild)) {
    if (child == "OfxParamPageSkipRow" || child == "OfxParamPageSkipColumn") continue;
    auto found = descriptor.param(child);
    if (!found) {
      host.violate(param.what + ": its child '" + child + "' is no parameter of this effect");
    } else if (std::string(found->type.name) == kOfxParamTypePage) {
      host.violate(param.what + ": its child '" + child + "' is a page");
    }
  }
}

}  // namespace

void checkParams(const Effect& descriptor) {
  std::set<std::string> scriptNames;
  for (const auto& param : descriptor.params) {
    checkRange(*param);
    checkChoice(*param);
    checkPlace(descriptor, *param);
    const std::string script = param->properties->text(kOfxParamPropScriptName);
    if (!scriptNames.insert(script).second) {
      param->host->violate(param->what + ": its script name '" + script + "' is taken");
    }
    if (param->properties->text(kOfxPropName) != param->name) {
      param->host->violate(param->what + ": was renamed after paramDefine");
    }
  }
  for (const std::string& page : descriptor.properties->texts(kOfxPluginPropParamPageOrder)) {
    auto found = descriptor.param(page);
    if (!found || std::string(found->type.name) != kOfxParamTypePage) {
      descriptor.host->violate("kOfxPluginPropParamPageOrder lists '" + page + "', which is no page");
    }
  }
  for (const std::string& slave : descriptor.properties->texts(kOfxImageEffectPropClipPreferencesSlaveParam)) {
    if (!descriptor.param(slave)) {
      descriptor.host->violate("kOfxImageEffectPropClipPreferencesSlaveParam lists '" + slave +
                               "', which is no parameter");
    }
  }
}

}  // namespace focuspuller::host
