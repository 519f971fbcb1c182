// SPDX-License-Identifier: Apache-2.0
// An image borrowed from the host, given back when the last owner lets go of it.
#pragma once

#include <memory>
#include <string>

#include "effect.h"
#include "pixels.h"

namespace focuspuller {

class HostImage {
 public:
  // The clip's image at `time` over the region the host chooses (its answer to our regions of interest); null where the
  // host has none. Throws std::runtime_error for an image of a format that OpenFX does not know.
  static std::shared_ptr<const HostImage> fetch(const ClipInstance& clip, OfxTime time);
  ~HostImage();
  HostImage(const HostImage&) = delete;
  HostImage& operator=(const HostImage&) = delete;

  const PixelView& view() const { return view_; }
  bool premultiplied() const { return premultiplied_; }

 private:
  explicit HostImage(OfxPropertySetHandle handle) : handle_(handle) {}

  OfxPropertySetHandle handle_;
  PixelView view_;
  bool premultiplied_ = true;
};

}  // namespace focuspuller
