// SPDX-License-Identifier: Apache-2.0
#include "host_image.h"

#include <cstdlib>
#include <stdexcept>

namespace focuspuller {
namespace {

int channelsOf(const std::string& components) {
  if (components == kOfxImageComponentRGBA) return 4;
  if (components == kOfxImageComponentRGB) return 3;
  if (components == kOfxImageComponentAlpha) return 1;
  throw std::runtime_error("the host hands out pixels of type " + components + "; RGBA, RGB or Alpha is needed");
}

Depth depthOf(const std::string& depth) {
  if (depth == kOfxBitDepthByte) return Depth::byte;
  if (depth == kOfxBitDepthShort) return Depth::shorts;
  if (depth == kOfxBitDepthHalf) return Depth::half;
  if (depth == kOfxBitDepthFloat) return Depth::floats;
  throw std::runtime_error("the host hands out pixels of depth " + depth + "; byte, short, half or float is needed");
}

}  // namespace

std::shared_ptr<const HostImage> HostImage::fetch(const ClipInstance& clip, OfxTime time) {
  OfxPropertySetHandle handle = nullptr;
  if (!clip.handle || suites().effect->clipGetImage(clip.handle, time, nullptr, &handle) != kOfxStatOK || !handle)
    return nullptr;
  std::shared_ptr<HostImage> image(new HostImage(handle));
  const Properties properties(handle);
  PixelView& view = image->view_;
  view.data = static_cast<char*>(properties.pointer(kOfxImagePropData));
  int bounds[4] = {0, 0, 0, 0};
  if (!view.data || !properties.read(kOfxImagePropBounds, bounds, 4)) return nullptr;
  view.bounds = {bounds[0], bounds[1], bounds[2], bounds[3]};
  if (isEmpty(view.bounds)) return nullptr;
  view.channels = channelsOf(
      properties.string(kOfxImageEffectPropComponents, clip.properties.string(kOfxImageEffectPropComponents).c_str()));
  view.depth = depthOf(
      properties.string(kOfxImageEffectPropPixelDepth, clip.properties.string(kOfxImageEffectPropPixelDepth).c_str()));
  const int packed = (bounds[2] - bounds[0]) * view.channels * static_cast<int>(bytesOf(view.depth));
  view.rowBytes = properties.integer(kOfxImagePropRowBytes, packed);
  if (std::abs(view.rowBytes) < packed && bounds[3] - bounds[1] > 1)
    throw std::runtime_error("the host hands out rows of " + std::to_string(view.rowBytes) + " bytes, where " +
                             std::to_string(packed) + " are needed");
  const std::string state = properties.string(kOfxImageEffectPropPreMultiplication,
                                              clip.properties.string(kOfxImageEffectPropPreMultiplication).c_str());
  image->premultiplied_ = state != kOfxImageUnPreMultiplied;
  return image;
}

HostImage::~HostImage() { suites().effect->clipReleaseImage(handle_); }

}  // namespace focuspuller
