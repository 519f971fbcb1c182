// SPDX-License-Identifier: Apache-2.0
#include "images.h"

#include <algorithm>
#include <atomic>
#include <cmath>

#include "effect.h"
#include "host.h"

namespace focuspuller::host {
namespace {

constexpr double kSameTime = 1e-6;  // frames

std::string shownTime(double time) {
  std::string text = std::to_string(time);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

// Prefetching hosts deliver the frames that were announced and no others.
void checkTime(const Call& call, const Clip& clip, double time) {
  if (std::abs(time - call.time) > kSameTime && !clip.properties->integer(kOfxImageEffectPropTemporalClipAccess)) {
    call.host.violate("clipGetImage: frame " + shownTime(time) + " of " + clip.what +
                      ", which did not ask for temporal access");
  }
  if (call.action != kRender) return;
  auto needed = call.frames.find(clip.name);
  if (needed == call.frames.end()) return;
  for (const OfxRangeD& range : needed->second) {
    if (time >= range.min - kSameTime && time <= range.max + kSameTime) return;
  }
  call.host.violate("clipGetImage: frame " + shownTime(time) + " of " + clip.what +
                    " is not among the frames needed at " + shownTime(call.time));
}

void noteError(Call& call, const Clip& clip, const std::string& error) {
  if (error.empty()) return;
  std::lock_guard lock(call.mutex);
  call.clipErrors.push_back("clip " + clip.name + ": " + error);
}

// What the source has for the rectangle, at the action's scale; may cover more or less than asked.
Pixels pixelsAt(Call& call, const Instance& instance, Clip& clip, ClipSource& source, double time,
                const OfxRectI& rectangle) {
  const Format& format = instance.project.format;
  std::string error;
  Pixels pixels;
  if (call.scale.x == 1 && call.scale.y == 1) {
    pixels = source.pixels(time, format.window(rectangle, call.scale), error);
  } else {
    const OfxPointD whole{1, 1};
    const OfxRectD covered = format.canonical(rectangle, call.scale);
    const Window region = source.region(time, error);
    const OfxRectI asked = intersected(format.pixels(covered, whole), format.rectangle(region, whole));
    pixels = source.pixels(time, format.window(asked, whole), error);
    if (pixels.data) pixels = scaled(pixels, format, rectangle, call.scale);
  }
  noteError(call, clip, error);
  return pixels;
}

void describeImage(Image& image, const Instance& instance, const Call& call, const Clip& clip, const OfxRectI& bounds,
                   const OfxRectI& region, void* first, ptrdiff_t rowBytes) {
  static std::atomic<long long> serial{0};
  const PropertySet& c = *clip.properties;
  image.setText(kOfxImageEffectPropPixelDepth, {c.text(kOfxImageEffectPropPixelDepth)});
  image.setText(kOfxImageEffectPropComponents, {c.text(kOfxImageEffectPropComponents)});
  image.setText(kOfxImageEffectPropPreMultiplication, {c.text(kOfxImageEffectPropPreMultiplication)});
  image.setDouble(kOfxImageEffectPropRenderScale, {call.scale.x, call.scale.y});
  image.setDouble(kOfxImagePropPixelAspectRatio, {instance.project.format.pixelAspect});
  image.setPointer(kOfxImagePropData, first);
  image.setInt(kOfxImagePropBounds, {bounds.x1, bounds.y1, bounds.x2, bounds.y2});
  image.setInt(kOfxImagePropRegionOfDefinition, {region.x1, region.y1, region.x2, region.y2});
  image.setInt(kOfxImagePropRowBytes, {static_cast<int>(rowBytes)});
  image.setText(kOfxImagePropUniqueIdentifier, {"image " + std::to_string(++serial)});
}

// Where the picture's row `y` comes from, in a fielded project.
int fieldRow(int y, const std::string& extraction, const std::string& field) {
  const int parity = field == kOfxImageFieldUpper ? 1 : 0;
  if (extraction == kOfxImageFieldSingle) return 2 * y + parity;
  if (extraction == kOfxImageFieldDoubled) return y - (((y % 2) + 2) % 2) + parity;
  return y;
}

void fill(HostBuffer& buffer, const Pixels& pixels, const OfxRectI& has, const std::string& extraction,
          const std::string& field) {
  const int x1 = std::max(buffer.bounds.x1, has.x1), x2 = std::min(buffer.bounds.x2, has.x2);
  if (x2 <= x1) return;
  for (int y = buffer.bounds.y1; y < buffer.bounds.y2; ++y) {
    int from = fieldRow(y, extraction, field);
    if (extraction == kOfxImageFieldDoubled) from = std::clamp(from, has.y1, has.y2 - 1);
    if (from < has.y1 || from >= has.y2) continue;
    const char* row = reinterpret_cast<const char*>(pixels.data) + (has.y2 - 1 - from) * pixels.rowBytes;
    const float* first = reinterpret_cast<const float*>(row) + static_cast<ptrdiff_t>(x1 - has.x1) * pixels.channels;
    char* to = buffer.row(y) + static_cast<ptrdiff_t>(x1 - buffer.bounds.x1) * buffer.layout.bytesPerPixel();
    encodeRow(first, pixels.channels, x2 - x1, buffer.layout, to);
  }
}

OfxStatus getInput(Call& call, const Instance& instance, Clip& clip, double time, const OfxRectD* asked,
                   std::shared_ptr<Image>& image) {
  auto source = clip.source();
  if (!source) return kOfxStatFailed;
  checkTime(call, clip, time);
  const Profile& profile = call.host.profile;
  const Format& format = instance.project.format;
  const OfxRectI region = format.pixels(regionOfDefinition(call, clip, time), call.scale);
  const bool tiled = instance.tiles() && clip.properties->integer(kOfxImageEffectPropSupportsTiles);
  OfxRectI bounds = region;
  if (tiled && asked) {
    bounds = intersected(region, format.pixels(*asked, call.scale));
  } else if (auto interest = call.regions.find(clip.name); tiled && interest != call.regions.end()) {
    bounds = intersected(region, format.pixels(interest->second, call.scale));
  }
  if (isEmpty(bounds)) return kOfxStatFailed;

  const std::string extraction =
      profile.fielded ? clip.properties->text(kOfxImageClipPropFieldExtraction) : kOfxImageFieldBoth;
  const OfxRectI full = bounds;
  if (extraction == kOfxImageFieldSingle) {
    bounds.y1 = static_cast<int>(std::floor(bounds.y1 / 2.0));
    bounds.y2 = static_cast<int>(std::ceil(bounds.y2 / 2.0));
  }
  const Pixels pixels = pixelsAt(call, instance, clip, *source, time, full);
  if (!pixels.data || pixels.window.empty()) return kOfxStatFailed;
  const OfxRectI has = format.rectangle(pixels.window, call.scale);
  const Layout layout{depthNamed(clip.properties->text(kOfxImageEffectPropPixelDepth)),
                      channelsNamed(clip.properties->text(kOfxImageEffectPropComponents)),
                      transferNamed(profile.transfer)};

  image = make<Image>(&call.host, "an image of the clip " + clip.name);
  const bool shared = layout.depth == Depth::single && layout.channels == pixels.channels &&
                      layout.transfer == Transfer::linear && profile.negativeRowBytes && !profile.rowPadding &&
                      !profile.poison && extraction == kOfxImageFieldBoth && contains(has, bounds);
  if (shared) {
    const char* corner = reinterpret_cast<const char*>(pixels.data) + (has.y2 - 1 - bounds.y1) * pixels.rowBytes;
    const float* first =
        reinterpret_cast<const float*>(corner) + static_cast<ptrdiff_t>(bounds.x1 - has.x1) * pixels.channels;
    image->owner = pixels.owner;
    describeImage(*image, instance, call, clip, bounds, region, const_cast<float*>(first), -pixels.rowBytes);
  } else {
    image->buffer = std::make_shared<HostBuffer>(bounds, layout, profile.negativeRowBytes, profile.rowPadding);
    fill(*image->buffer, pixels, has, extraction, call.field);
    if (profile.poison) image->before = image->buffer->hash();
    describeImage(*image, instance, call, clip, bounds, region, image->buffer->first(), image->buffer->rowBytes);
  }
  if (profile.fielded) {
    const bool both = extraction == kOfxImageFieldBoth;
    image->setText(kOfxImagePropField, {both ? std::string(kOfxImageFieldBoth) : call.field});
  }
  return kOfxStatOK;
}

OfxStatus getOutput(Call& call, Instance& instance, Clip& clip, double time, std::shared_ptr<Image>& image) {
  if (!call.output) {
    call.host.violate("clipGetImage: the clip Output has an image in the render action only");
    return kOfxStatFailed;
  }
  if (std::abs(time - call.time) > kSameTime) {
    call.host.violate("clipGetImage: Output at another time than the one being rendered");
    return kOfxStatFailed;
  }
  image = make<Image>(&call.host, "an image of the clip Output");
  describeImage(*image, instance, call, clip, call.output->bounds, call.output->bounds, call.output->first,
                call.output->rowBytes);
  if (call.host.profile.fielded) image->setText(kOfxImagePropField, {call.field});
  return kOfxStatOK;
}

}  // namespace

OfxRectD regionOfDefinition(Call& call, Clip& clip, double time) {
  auto& instance = static_cast<Instance&>(clip.owner);
  if (clip.isOutput()) {
    RenderOptions options;
    options.time = time;
    options.scale = call.scale;
    return instance.regionOfDefinition(options);
  }
  auto source = clip.source();
  if (!source) return {0, 0, 0, 0};
  const Format& format = instance.project.format;
  if (!call.host.profile.multiResolution) return format.canonicalFrame();
  std::string error;
  const Window window = source->region(time, error);
  noteError(call, clip, error);
  if (window.empty()) return {0, 0, 0, 0};
  return format.canonical(format.rectangle(window, {1, 1}), {1, 1});
}

OfxStatus getImage(Call& call, Clip& clip, double time, const OfxRectD* region, std::shared_ptr<Image>& image) {
  if (&clip.owner != call.effect.get()) {
    call.host.violate("clipGetImage: " + clip.what + " belongs to another instance than the one being called");
    return kOfxStatFailed;
  }
  auto& instance = static_cast<Instance&>(clip.owner);
  if (call.action != kRender) instance.preferences();
  const OfxStatus status = clip.isOutput() ? getOutput(call, instance, clip, time, image)
                                           : getInput(call, instance, clip, time, region, image);
  if (status != kOfxStatOK) return status;
  std::lock_guard lock(call.mutex);
  call.images.push_back(image);
  return kOfxStatOK;
}

void releaseImage(Call& call, const std::shared_ptr<Image>& image) {
  {
    std::lock_guard lock(call.mutex);
    auto place = std::find(call.images.begin(), call.images.end(), image);
    if (place == call.images.end()) {
      call.host.violate("clipReleaseImage: " + image->what + " was got in another action");
    } else {
      call.images.erase(place);
    }
  }
  if (image->buffer && !image->buffer->intact()) call.host.violate("wrote outside " + image->what);
  if (image->before && image->buffer->hash() != image->before) call.host.violate("wrote into " + image->what);
  retire(image->handle);
}

}  // namespace focuspuller::host
