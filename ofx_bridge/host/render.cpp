// SPDX-License-Identifier: Apache-2.0
// The render action and what a host calls around it: sequence, identity, regions of interest, tiles, fields.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "binary.h"
#include "effect.h"
#include "images.h"

namespace focuspuller::host {

// One call of Instance::render.
struct Instance::RenderPass {
  const RenderOptions& options;
  OfxRectI window{};   // what the caller wants
  OfxRectI region{};   // where the output has pixels
  OfxRectI visible{};  // both
  float* pixels;       // of `window`, top row first
  int channels;
  Abort* abort;
  RenderResult result;
  Layout layout;

  float* at(int x, int y) const {
    const ptrdiff_t width = window.x2 - window.x1;
    return pixels + (static_cast<ptrdiff_t>(window.y2 - 1 - y) * width + (x - window.x1)) * channels;
  }
  bool fail(const std::string& action, OfxStatus status) {
    if (status == kOfxStatOK || status == kOfxStatReplyDefault) return true;
    if (abort && (abort->seen || abort->raised())) {
      result.status = RenderStatus::aborted;
    } else {
      result.status = status == kOfxStatErrMemory ? RenderStatus::outOfMemory : RenderStatus::failed;
    }
    result.reason = action + " answered " + statusName(status);
    return false;
  }
};

namespace {

std::vector<OfxRectI> tilesOf(const OfxRectI& whole, int size) {
  if (size <= 0) return {whole};
  std::vector<OfxRectI> tiles;
  for (int y = whole.y1; y < whole.y2; y += size) {
    for (int x = whole.x1; x < whole.x2; x += size) {
      tiles.push_back({x, y, std::min(x + size, whole.x2), std::min(y + size, whole.y2)});
    }
  }
  return tiles;
}

}  // namespace

RenderResult Instance::render(const RenderOptions& options, const Window& window, float* pixels, int channels,
                              Abort* abort) {
  const Preferences chosen = preferences();
  const Format& format = project.format;
  RenderPass pass{options, format.rectangle(window, options.scale), {}, {}, pixels, channels, abort, {}, {}};
  pass.layout = {depthNamed(chosen.depths.at(kOfxImageEffectOutputClipName)),
                 channelsNamed(chosen.components.at(kOfxImageEffectOutputClipName)),
                 transferNamed(host->profile.transfer)};
  pass.region = format.pixels(regionOfDefinition(options), options.scale);
  pass.visible = intersected(pass.window, pass.region);
  const bool covered = contains(pass.visible, pass.window);
  if (!covered || isEmpty(pass.visible)) {
    std::memset(pixels, 0, sizeof(float) * static_cast<size_t>(window.width()) * window.height() * channels);
  }
  if (isEmpty(pass.visible)) return pass.result;

  const std::string safety = plugin.descriptor->properties->text(kOfxImageEffectPluginRenderThreadSafety);
  std::unique_lock<std::mutex> one;
  if (safety == kOfxImageEffectRenderUnsafe) one = std::unique_lock(plugin.renderMutex);
  if (safety == kOfxImageEffectRenderInstanceSafe) one = std::unique_lock(renderMutex_);

  const bool ownSequence = openSequences == 0;
  if (ownSequence && !pass.fail("beginSequenceRender", sequence(kBeginSequence, options))) return pass.result;
  if (host->profile.fielded) {
    if (renderPass(pass, kOfxImageFieldLower)) renderPass(pass, kOfxImageFieldUpper);
  } else {
    renderPass(pass, kOfxImageFieldNone);
  }
  if (ownSequence) {
    const OfxStatus status = sequence(kEndSequence, options);
    if (pass.result.status == RenderStatus::done) pass.fail("endSequenceRender", status);
  }
  return pass.result;
}

bool Instance::renderPass(RenderPass& pass, const std::string& field) {
  const bool whole = !tiles();
  const OfxRectI area = whole ? pass.region : pass.visible;
  const Identity same = identity(pass.options, area, field);
  if (!same.clip.empty()) return copyIdentity(pass, same);
  for (const OfxRectI& tile : tilesOf(area, whole ? 0 : host->profile.tile)) {
    if (!renderTile(pass, tile, field)) return false;
  }
  return true;
}

bool Instance::renderTile(RenderPass& pass, const OfxRectI& tile, const std::string& field) {
  const RenderOptions& options = pass.options;
  const Profile& profile = host->profile;
  Call action(*host, kRender, kOfxImageEffectActionRender, std::static_pointer_cast<Effect>(shared_from_this()));
  action.regions = regionsOfInterest(options, project.format.canonical(tile, options.scale));
  action.frames = framesNeeded(options);
  action.time = options.time;
  action.scale = options.scale;
  action.field = field;
  action.abort = pass.abort;
  PropertySet& in = *action.in;
  in.setDouble(kOfxPropTime, {options.time});
  in.setText(kOfxImageEffectPropFieldToRender, {field});
  in.setInt(kOfxImageEffectPropRenderWindow, {tile.x1, tile.y1, tile.x2, tile.y2});
  in.setDouble(kOfxImageEffectPropRenderScale, {options.scale.x, options.scale.y});
  in.setInt(kOfxImageEffectPropInteractiveRenderStatus, {options.interactive});
  in.setInt(kOfxImageEffectPropRenderQualityDraft, {options.draft});
  if (options.thumbnail) {
    in.setText(kOfxImageEffectPropThumbnailRender, {"true"});
    if (profile.thumbnailWithoutScale) in.hide(kOfxImageEffectPropRenderScale);
  }
  if (profile.scaledFrames) {
    const OfxRectD whole = project.format.canonicalFrame();
    for (const char* size : {kOfxImageEffectPropProjectSize, kOfxImageEffectPropProjectExtent})
      properties->setDouble(size, {whole.x2 * options.scale.x, whole.y2 * options.scale.y});
  }
  OutputFrame frame;
  frame.bounds = tile;
  action.output = &frame;
  const bool direct = pass.layout.depth == Depth::single && pass.layout.channels == pass.channels &&
                      pass.layout.transfer == Transfer::linear && profile.negativeRowBytes && !profile.rowPadding &&
                      !profile.poison && !profile.fielded && contains(pass.visible, tile);
  if (direct) {
    frame.first = reinterpret_cast<char*>(pass.at(tile.x1, tile.y1));
    frame.rowBytes = -static_cast<ptrdiff_t>(sizeof(float)) * (pass.window.x2 - pass.window.x1) * pass.channels;
  } else {
    frame.buffer = std::make_shared<HostBuffer>(tile, pass.layout, profile.negativeRowBytes, profile.rowPadding);
    if (profile.poison) frame.buffer->poison();
    frame.first = frame.buffer->first();
    frame.rowBytes = frame.buffer->rowBytes;
  }
  const OfxStatus status = call(action);
  for (const std::string& error : action.clipErrors) pass.result.clipErrors.push_back(error);
  if (frame.buffer && !frame.buffer->intact()) {
    host->violate(identifier() + ", " + action.name + ": wrote outside the image of the clip Output");
  }
  if (pass.abort && pass.abort->seen) {
    pass.result.status = RenderStatus::aborted;
    pass.result.reason = "render was aborted";
    return false;
  }
  if (!pass.fail("render", status)) return false;
  deliver(pass, frame, tile, field);
  return true;
}

void Instance::deliver(RenderPass& pass, OutputFrame& frame, const OfxRectI& tile, const std::string& field) {
  if (!frame.buffer) return;
  if (host->profile.poison && !host->profile.fielded) {
    const long long left = frame.buffer->poisoned(tile);
    if (left) {
      host->violate(identifier() + ", " + kOfxImageEffectActionRender + ": left " + std::to_string(left) +
                    " pixels of the render window unwritten");
    }
  }
  const OfxRectI seen = intersected(tile, pass.visible);
  if (isEmpty(seen)) return;
  for (int y = seen.y1; y < seen.y2; ++y) {
    const int parity = ((y % 2) + 2) % 2;
    if (field != kOfxImageFieldNone && parity != (field == kOfxImageFieldUpper ? 1 : 0)) continue;
    const char* from =
        frame.buffer->row(y) + static_cast<ptrdiff_t>(seen.x1 - tile.x1) * frame.buffer->layout.bytesPerPixel();
    decodeRow(from, frame.buffer->layout, seen.x2 - seen.x1, pass.at(seen.x1, y), pass.channels);
  }
}

// The output is a frame of an input: the host shows that one and renders nothing.
bool Instance::copyIdentity(RenderPass& pass, const Identity& identity) {
  auto source = clip(identity.clip)->source();
  const size_t width = pass.window.x2 - pass.window.x1, height = pass.window.y2 - pass.window.y1;
  std::memset(pass.pixels, 0, sizeof(float) * width * height * pass.channels);
  if (!source) return true;
  const OfxPointD full{1, 1};
  const Format& format = project.format;
  std::string error;
  const OfxRectI wanted = format.pixels(format.canonical(pass.visible, pass.options.scale), full);
  const OfxRectI there = intersected(wanted, format.rectangle(source->region(identity.time, error), full));
  Pixels pixels;
  if (!isEmpty(there)) pixels = source->pixels(identity.time, format.window(there, full), error);
  if (!error.empty()) {
    pass.result.clipErrors.push_back("clip " + identity.clip + ": " + error);
    return pass.fail("fetching the frame it is identical to", kOfxStatFailed);
  }
  if (!pixels.data) return true;
  const bool proxy = pass.options.scale.x != 1 || pass.options.scale.y != 1;
  if (proxy) pixels = scaled(pixels, format, pass.visible, pass.options.scale);
  const OfxRectI has = format.rectangle(pixels.window, pass.options.scale);
  const OfxRectI seen = intersected(has, pass.visible);
  const Layout layout{Depth::single, pass.channels, Transfer::linear};
  for (int y = seen.y1; y < seen.y2 && seen.x1 < seen.x2; ++y) {
    const char* row = reinterpret_cast<const char*>(pixels.data) + (has.y2 - 1 - y) * pixels.rowBytes;
    const float* first =
        reinterpret_cast<const float*>(row) + static_cast<ptrdiff_t>(seen.x1 - has.x1) * pixels.channels;
    encodeRow(first, pixels.channels, seen.x2 - seen.x1, layout, reinterpret_cast<char*>(pass.at(seen.x1, y)));
  }
  return true;
}

}  // namespace focuspuller::host
