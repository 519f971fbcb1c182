// SPDX-License-Identifier: Apache-2.0
#include "clips.h"

#include <algorithm>

#include "effect.h"
#include "host.h"

namespace focuspuller::host {

Clip::Clip(Host* host, Effect& owner, std::string given)
    : Object(host, Kind::clip, "the clip " + given),
      owner(owner),
      name(std::move(given)),
      properties(make<PropertySet>(host, what, clipDescriptorSchema(), Holder::descriptor)) {
  for (const char* label : {kOfxPropName, kOfxPropLabel, kOfxPropShortLabel, kOfxPropLongLabel}) {
    properties->setText(label, {name});
  }
}

Clip::Clip(Effect& owner, const Clip& described)
    : Object(owner.host, Kind::clip, described.what),
      owner(owner),
      name(described.name),
      properties(make<PropertySet>(owner.host, what, clipInstanceSchema(), Holder::instance)) {
  properties->copyFrom(*described.properties);
  if (owner.host->profile.allConnected) properties->setInt(kOfxImageClipPropConnected, {1});
}

void Clip::close() {
  connect(nullptr);
  retire(properties->handle);
  retire(handle);
}

bool Clip::supports(const std::string& components) const {
  const auto all = properties->texts(kOfxImageEffectPropSupportedComponents);
  return std::find(all.begin(), all.end(), components) != all.end();
}

std::shared_ptr<ClipSource> Clip::source() const {
  std::lock_guard lock(mutex_);
  return source_;
}

void Clip::connect(std::shared_ptr<ClipSource> source) {
  std::shared_ptr<ClipSource> before;  // released after the lock: it may belong to Python
  {
    std::lock_guard lock(mutex_);
    before = std::move(source_);
    source_ = std::move(source);
  }
}

}  // namespace focuspuller::host
