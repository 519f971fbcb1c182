// SPDX-License-Identifier: Apache-2.0
#include "render.h"

#include "host_quirks.h"
#include "regions.h"
#include "request.h"

namespace focuspuller {
namespace {

std::string frameName(OfxTime time) {
  std::string text = std::to_string(time);
  text.erase(text.find_last_not_of('0') + 1);
  if (!text.empty() && (text.back() == '.' || text.back() == ',')) text.pop_back();
  return text;
}

Field fieldToRender(const Properties& in) {
  const std::string field = in.string(kOfxImageEffectPropFieldToRender, kOfxImageFieldNone);
  if (field == kOfxImageFieldLower) return Field::lower;
  if (field == kOfxImageFieldUpper) return Field::upper;
  return Field::frame;
}

struct Frame {
  const Effect& effect;
  OfxTime time;
  PixelGrid grid;
  std::vector<KnobValue> values;
  OfxRectI window;

  bool aborted() const { return suites().effect->abort(effect.handle()) != 0; }

  // The clip's frames that the node needs. False where the host has given up meanwhile.
  bool addFrames(const ClipInstance& clip, Request& request, Transfer transfer) const {
    const OfxRectD wanted = regionOfInterest(effect, clip, toCanonical(window, grid), time, grid, values);
    for (const OfxTime at : timesNeeded(effect, clip, time, values)) {
      const OfxTime held = heldTime(clip, at, time);
      if (std::shared_ptr<const HostImage> image = HostImage::fetch(clip, held)) {
        request.frames.push_back(inputFrame(clip, at, std::move(image), toPixels(wanted, grid), transfer));
        continue;
      }
      if (aborted()) return false;
      if (clip.declaration->optional && hostFacts().everythingConnected) return true;  // it is not connected
      // A host may have no image where the clip has nothing.
      if (!isEmpty(intersection(wanted, effect.region(clip, held, grid))))
        throw std::runtime_error("The host could not deliver frame " + frameName(held) + " of " +
                                 clip.declaration->name + ". Check what is connected there.");
      request.frames.push_back(emptyFrame(clip, at));
    }
    return true;
  }

  Json regions(const Request& request) const {
    Json::Object result;
    for (const InputFrame& frame : request.frames) {
      const OfxRectI all = toPixels(effect.region(*effect.input(frame.clip), time, grid), grid);
      result[frame.clip] = Json::Array{all.x1, all.y1, all.x2, all.y2};
    }
    return result;
  }
};

// The scale at which `bounds` is all that Source has; what the arguments say where that makes no sense.
OfxPointD scaleOf(const OfxRectI& bounds, const Effect& effect, OfxTime time, const PixelGrid& said) {
  const OfxRectD whole = effect.region(effect.source(), time, said);
  if (isEmpty(whole) || isEmpty(bounds)) return said.scale;
  const OfxPointD scale{(bounds.x2 - bounds.x1) * said.pixelAspect / (whole.x2 - whole.x1),
                        (bounds.y2 - bounds.y1) / (whole.y2 - whole.y1)};
  constexpr double kSmallest = 1.0 / 256;
  return scale.y >= kSmallest && scale.y <= 1 ? scale : said.scale;
}

OfxStatus renderFrame(Effect& effect, const Properties& in) {
  const OfxTime time = in.number(kOfxPropTime);
  int window[4];
  if (!in.read(kOfxImageEffectPropRenderWindow, window, 4)) return kOfxStatErrValue;
  Frame frame{effect, time, effect.grid(renderScale(in)), effect.valuesAt(time), {}};
  const std::shared_ptr<const HostImage> output = HostImage::fetch(effect.output(), time);
  if (!output) {
    if (frame.aborted()) return kOfxStatOK;
    throw std::runtime_error("The host gave no picture to render into.");
  }
  if (hostFacts().scaleFromBounds) frame.grid.scale = scaleOf(output->view().bounds, effect, time, frame.grid);
  frame.window = intersection({window[0], window[1], window[2], window[3]}, output->view().bounds);
  if (isEmpty(frame.window)) return kOfxStatOK;

  const Field field = fieldToRender(in);
  const Transfer transfer = inputTransfer(effect, frame.values);
  Request request;
  for (const ClipInstance& clip : effect.inputs()) {
    if (!clip.connected() && clip.declaration->optional) continue;
    if (!frame.addFrames(clip, request, transfer)) return kOfxStatOK;
  }
  request.body = requestBody(effect, "render", time, frame.grid, frame.values);
  request.body["draft"] = in.integer(kOfxImageEffectPropRenderQualityDraft) != 0;
  request.body["regions"] = frame.regions(request);
  request.window = frame.window;
  request.channels = output->view().channels;
  request.aborted = [&frame] { return frame.aborted(); };
  request.message = [&effect](const std::string& level, const std::string& text) { effect.log(level, text); };
  const Result result = run(std::move(request));
  switch (result.status) {
    case Result::Status::aborted:
      return kOfxStatOK;
    case Result::Status::outOfMemory:
      effect.showError(result.error);
      return kOfxStatErrMemory;
    case Result::Status::failed:
      throw std::runtime_error(result.error);
    case Result::Status::done:
      break;
  }
  ColourConversion encode;
  if (effect.evaluate(effect.node().outputIsData, frame.values) == 0) encode = {transfer, output->premultiplied()};
  writePixels(output->view(), frame.window, encode, field, result.pixels.get());
  effect.clearError();
  return kOfxStatOK;
}

}  // namespace

OfxStatus render(Effect& effect, const Properties& in) {
  try {
    return renderFrame(effect, in);
  } catch (const std::bad_alloc&) {
    effect.showError("there is not enough memory for this frame.");
    return kOfxStatErrMemory;
  } catch (const std::exception& error) {
    effect.showError(error.what());
    return kOfxStatFailed;
  }
}

}  // namespace focuspuller
