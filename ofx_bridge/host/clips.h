// SPDX-License-Identifier: Apache-2.0
// Clips of an effect, and what a host's user connects to them.
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "coordinates.h"
#include "image_effect.h"
#include "properties.h"

namespace focuspuller::host {

class Effect;

// float32 pixels at full resolution, top row first, somebody else's memory.
struct Pixels {
  std::shared_ptr<const void> owner;
  const float* data = nullptr;  // top-left pixel; channels are adjacent, pixels `channels` apart
  Window window;
  int channels = 0;  // 4 RGBA, 3 RGB, 1 Alpha
  ptrdiff_t rowBytes = 0;
};

// Full-resolution windows, y down. `error` says why there is nothing; it stays empty when the frame does not exist.
class ClipSource {
 public:
  virtual ~ClipSource() = default;
  virtual Window region(double time, std::string& error) = 0;
  virtual Pixels pixels(double time, const Window& window, std::string& error) = 0;

  std::string components = kOfxImageComponentRGBA;
  std::string premultiplication = kOfxImagePreMultiplied;
  double firstFrame = 1, lastFrame = 1;
};

class Clip : public Object {
 public:
  static constexpr Kind handleKind = Kind::clip;

  Clip(Host* host, Effect& owner, std::string name);  // on a descriptor
  Clip(Effect& owner, const Clip& described);         // on an instance
  void close();

  bool isOutput() const { return name == kOfxImageEffectOutputClipName; }
  bool optional() const { return properties->integer(kOfxImageClipPropOptional) != 0; }
  bool supports(const std::string& components) const;

  std::shared_ptr<ClipSource> source() const;
  void connect(std::shared_ptr<ClipSource> source);

  Effect& owner;
  const std::string name;
  const std::shared_ptr<PropertySet> properties;

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<ClipSource> source_;
};

}  // namespace focuspuller::host
