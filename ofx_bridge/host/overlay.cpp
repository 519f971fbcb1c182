// SPDX-License-Identifier: Apache-2.0
#include "overlay.h"

#include <stdexcept>

#include "binary.h"
#include "suites.h"

namespace focuspuller::host {

Interact::Interact(const std::shared_ptr<Instance>& instance, OfxPluginEntryPoint* entry, const Schema& schema,
                   const std::string& what)
    : Object(instance->host, Kind::interact, what),
      instance(instance),
      properties(make<PropertySet>(host, what, schema, Holder::instance)),
      entry_(entry) {
  properties->setPointer(kOfxPropEffectInstance, instance->handle);
}

std::shared_ptr<Interact> Interact::open(const std::shared_ptr<Instance>& instance) {
  if (!instance->host->profile.overlays) return nullptr;
  const PropertySet& described = *instance->plugin.contexts.at(instance->context)->properties;
  void* entry = described.pointer(kOfxImageEffectPluginPropOverlayInteractV1);
  if (!entry) return nullptr;
  auto* main = reinterpret_cast<OfxPluginEntryPoint*>(entry);
  {
    auto descriptor = make<Interact>(instance, main, interactDescriptorSchema(), "the overlay's descriptor");
    Call describe(*instance->host, kInteractDescribe, kOfxActionDescribe, instance);
    const OfxStatus status = descriptor->call(describe);
    descriptor->close();
    if (status != kOfxStatOK && status != kOfxStatReplyDefault) {
      throw std::runtime_error("the overlay's describe answered " + statusName(status));
    }
  }
  auto overlay = make<Interact>(instance, main, interactInstanceSchema(), "the overlay");
  Call create(*instance->host, kInteractLife, kOfxActionCreateInstance, instance);
  const OfxStatus status = overlay->call(create);
  if (status == kOfxStatOK || status == kOfxStatReplyDefault) return overlay;
  overlay->close();
  throw std::runtime_error("the overlay's createInstance answered " + statusName(status));
}

void Interact::destroy() {
  Call destroy(*host, kInteractLife, kOfxActionDestroyInstance, instance);
  call(destroy);
  close();
}

void Interact::close() {
  retire(properties->handle);
  retire(handle);
}

bool Interact::send(Action action, const char* name, double time, OfxPointD position, double pressure) {
  Call event(*host, action, name, instance);
  event.time = time;
  PropertySet& in = *event.in;
  in.setPointer(kOfxPropEffectInstance, instance->handle);
  in.setDouble(kOfxPropTime, {time});
  in.setDouble(kOfxInteractPropPenPosition, {position.x, position.y});
  in.setInt(kOfxInteractPropPenViewportPosition, {static_cast<int>(position.x), static_cast<int>(position.y)});
  in.setDouble(kOfxInteractPropPenPressure, {pressure});
  return call(event) == kOfxStatOK;
}

bool Interact::pen(const char* action, double time, OfxPointD position, double pressure) {
  return send(kInteractInput, action, time, position, pressure);
}

bool Interact::focus(bool gained, double time) {
  return send(kInteractInput, gained ? kOfxInteractActionGainFocus : kOfxInteractActionLoseFocus, time, {0, 0}, 0);
}

bool Interact::draw(double time) { return send(kInteractDraw, kOfxInteractActionDraw, time, {0, 0}, 0); }

const OfxInteractSuiteV1 kInteractSuite = {
    [](OfxInteractHandle handle) {
      return resolve<Interact>(handle, "interactSwapBuffers") ? kOfxStatOK : kOfxStatErrBadHandle;
    },
    [](OfxInteractHandle handle) {
      auto interact = resolve<Interact>(handle, "interactRedraw");
      if (!interact) return kOfxStatErrBadHandle;
      ++interact->redraws;
      return kOfxStatOK;
    },
    [](OfxInteractHandle handle, OfxPropertySetHandle* properties) {
      auto interact = resolve<Interact>(handle, "interactGetPropertySet");
      if (!interact || !properties) return kOfxStatErrBadHandle;
      *properties = interact->properties->as<OfxPropertySetHandle>();
      return kOfxStatOK;
    },
};

}  // namespace focuspuller::host
