// SPDX-License-Identifier: Apache-2.0
#include "effect.h"

#include "binary.h"

namespace focuspuller::host {

Effect::Effect(Plugin& plugin, std::string given, const Schema& schema, Holder holder, std::string what)
    : Object(&plugin.host, Kind::effect, std::move(what)),
      plugin(plugin),
      context(std::move(given)),
      properties(make<PropertySet>(host, this->what, schema, holder)),
      paramSet(make<ParamSet>(host, "the parameter set of " + this->what, *this)) {}

void Effect::close() {
  for (const auto& param : params) param->close();
  for (const auto& clip : clips) clip->close();
  retire(paramSet->handle);
  retire(properties->handle);
  retire(handle);
}

std::string Effect::identifier() const { return plugin.identifier; }

std::shared_ptr<Param> Effect::param(const std::string& name) const {
  for (const auto& param : params) {
    if (param->name == name) return param;
  }
  return nullptr;
}

std::shared_ptr<Clip> Effect::clip(const std::string& name) const {
  for (const auto& clip : clips) {
    if (clip->name == name) return clip;
  }
  return nullptr;
}

}  // namespace focuspuller::host
