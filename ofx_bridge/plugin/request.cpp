// SPDX-License-Identifier: Apache-2.0
#include "request.h"

#include <iterator>

#include "host_quirks.h"

namespace focuspuller {
namespace {

Json pair(double x, double y) { return Json::Array{x, y}; }

int rounded(double v) { return static_cast<int>(std::lround(v)); }

// What determines the floats that readPixels makes of `window`.
void identify(const HostImage& image, const OfxRectI& window, const ColourConversion& decode, ContentHash& hash) {
  const PixelView& view = image.view();
  const std::size_t pixel = view.channels * bytesOf(view.depth);
  const int form[] = {window.x2 - window.x1,
                      window.y2 - window.y1,
                      view.channels,
                      static_cast<int>(view.depth),
                      static_cast<int>(decode.transfer),
                      decode.premultiplied};
  hash.update(form, sizeof form);
  for (int y = window.y2 - 1; y >= window.y1; --y)
    hash.update(view.row(y) + (window.x1 - view.bounds.x1) * pixel, (window.x2 - window.x1) * pixel);
}

}  // namespace

Json requestBody(const Effect& effect, const char* operation, OfxTime time, const PixelGrid& grid,
                 const std::vector<KnobValue>& values) {
  OfxPointD extent = effect.extent();
  if (hostFacts().scaledFrames) extent = {extent.x / grid.scale.x, extent.y / grid.scale.y};
  Json body;
  body["op"] = operation;
  body["node"] = effect.node().id;
  body["module"] = effect.node().module;
  body["time"] = time;
  body["scale"] = pair(grid.scale.x, grid.scale.y);
  body["format"] = Json::Array{rounded(extent.x * grid.across()), rounded(extent.y * grid.down())};
  body["pixelAspect"] = grid.pixelAspect;
  body["fps"] = effect.frameRate();
  body["knobs"] = effect.toJson(values);
  return body;
}

Transfer inputTransfer(const Effect& effect, const std::vector<KnobValue>& values) {
  const int index = effect.node().knobIndex(kInputTransfer);
  const std::vector<std::string>& items = effect.node().knobs[index].items;
  const auto item = static_cast<std::size_t>(std::max(values[index].x, 0.0));
  return item < items.size() ? transferNamed(items[item]) : Transfer::linear;
}

InputFrame emptyFrame(const ClipInstance& clip, OfxTime time) {
  InputFrame frame;
  frame.clip = clip.declaration->name;
  frame.time = time;
  frame.fill = [](float*) {};
  return frame;
}

InputFrame inputFrame(const ClipInstance& clip, OfxTime time, std::shared_ptr<const HostImage> image,
                      const OfxRectI& region, Transfer transfer) {
  const OfxRectI window = intersection(image->view().bounds, region);
  if (isEmpty(window)) return emptyFrame(clip, time);
  InputFrame frame;
  frame.clip = clip.declaration->name;
  frame.time = time;
  frame.bounds = window;
  frame.channels = image->view().channels;
  frame.premultiplied = clip.declaration->premultiplied.value_or(image->premultiplied());
  frame.shared = clip.declaration->temporal;
  ColourConversion decode;
  if (clip.declaration->role == "colour") decode = {transfer, frame.premultiplied};
  frame.fill = [image, window, decode](float* pixels) { readPixels(image->view(), window, decode, pixels); };
  frame.identify = [image, window, decode](ContentHash& hash) { identify(*image, window, decode, hash); };
  return frame;
}

OfxTime heldTime(const ClipInstance& clip, OfxTime wanted, OfxTime current) {
  if (!hostProperties().integer(kOfxImageEffectPropTemporalClipAccess, 1)) return current;
  double range[2];
  if (!clip.properties.read(kOfxImageEffectPropFrameRange, range, 2)) return wanted;
  // Some hosts give an empty range, or one that does not hold the frame they render.
  if (range[0] > current || range[1] < current) return wanted;
  return std::clamp(wanted, range[0], range[1]);
}

}  // namespace focuspuller
