// SPDX-License-Identifier: Apache-2.0
// The actions on an instance, but for clip preferences and render.
#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "binary.h"
#include "effect.h"
#include "images.h"

namespace focuspuller::host {
namespace {

// Nobody edits parameters back and forth that deep; a plug-in that does never stops.
constexpr int kDeepestChange = 16;
thread_local int changeDepth = 0;

void describeOptions(Call& call, const Instance& instance, const RenderOptions& options) {
  call.time = options.time;
  call.scale = options.scale;
  PropertySet& in = *call.in;
  in.setDouble(kOfxPropTime, {options.time});
  in.setDouble(kOfxImageEffectPropRenderScale, {options.scale.x, options.scale.y});
  if (!options.thumbnail) return;
  in.setText(kOfxImageEffectPropThumbnailRender, {"true"});
  if (instance.host->profile.thumbnailWithoutScale) in.hide(kOfxImageEffectPropRenderScale);
}

OfxRectD rectangle(const std::vector<double>& values) {
  return values.size() == 4 ? OfxRectD{values[0], values[1], values[2], values[3]} : OfxRectD{};
}

std::string shown(const OfxRectD& r) {
  return "(" + std::to_string(r.x1) + ", " + std::to_string(r.y1) + ", " + std::to_string(r.x2) + ", " +
         std::to_string(r.y2) + ")";
}

bool sane(const OfxRectD& r) { return r.x1 <= r.x2 && r.y1 <= r.y2; }  // false for NaN

}  // namespace

Instance::Instance(Plugin& plugin, const Effect& described, Project given)
    : Effect(plugin, described.context, effectInstanceSchema(), Holder::instance, "the instance"), project(given) {
  for (const auto& param : described.params) params.push_back(make<Param>(*this, *param));
  for (const auto& clip : described.clips) clips.push_back(make<Clip>(*this, *clip));
  prepareProperties();
}

void Instance::prepareProperties() {
  PropertySet& p = *properties;
  const OfxRectD frame = project.format.canonicalFrame();
  p.setText(kOfxImageEffectPropContext, {context});
  p.setPointer(kOfxImageEffectPropPluginHandle, plugin.descriptor->handle);
  p.setDouble(kOfxImageEffectPropProjectSize, {frame.x2, frame.y2});
  p.setDouble(kOfxImageEffectPropProjectExtent, {frame.x2, frame.y2});
  p.setDouble(kOfxImageEffectPropProjectOffset, {0, 0});
  p.setDouble(kOfxImageEffectPropProjectPixelAspectRatio, {project.format.pixelAspect});
  p.setDouble(kOfxImageEffectInstancePropEffectDuration, {project.lastFrame - project.firstFrame + 1});
  p.setDouble(kOfxImageEffectPropFrameRate, {project.fps});
  p.setInt(kOfxPropIsInteractive, {host->profile.background ? 0 : 1});
  const PropertySet& described = *plugin.contexts.at(context)->properties;
  p.setInt(kOfxImageEffectPropSupportsTiles, {described.integer(kOfxImageEffectPropSupportsTiles)});
  p.setText(kOfxPluginPropParamPageOrder, described.texts(kOfxPluginPropParamPageOrder));
  for (const auto& clip : clips) {
    PropertySet& c = *clip->properties;
    c.setDouble(kOfxImagePropPixelAspectRatio, {project.format.pixelAspect});
    c.setDouble(kOfxImageEffectPropFrameRate, {project.fps});
    c.setDouble(kOfxImageEffectPropUnmappedFrameRate, {project.fps});
    c.setDouble(kOfxImageEffectPropFrameRange, {project.firstFrame, project.lastFrame});
    c.setDouble(kOfxImageEffectPropUnmappedFrameRange, {project.firstFrame, project.lastFrame});
    if (clip->isOutput()) c.setInt(kOfxImageClipPropConnected, {1});
  }
}

OfxStatus Instance::call(Call& call) { return plugin.call(call, handle); }

void Instance::create() {
  Call action(*host, kCreate, kOfxActionCreateInstance, std::static_pointer_cast<Effect>(shared_from_this()));
  const OfxStatus status = call(action);
  if (status != kOfxStatOK && status != kOfxStatReplyDefault) {
    std::string reason = "createInstance answered " + statusName(status);
    for (const Message& message : messages()) reason += "; " + message.text;
    close();
    throw std::runtime_error(reason);
  }
  alive_ = true;
}

void Instance::destroy() {
  if (!alive_) return;
  alive_ = false;
  std::set<void*> left;
  {
    Call action(*host, kDestroy, kOfxActionDestroyInstance, std::static_pointer_cast<Effect>(shared_from_this()));
    call(action);
    std::lock_guard lock(mutex);
    left.swap(memory);
    if (!left.empty()) host->violate("left " + std::to_string(left.size()) + " blocks of image memory allocated");
  }
  for (void* block : left) retire(block);
  close();
}

void Instance::connect(const std::string& name, std::shared_ptr<ClipSource> source) {
  auto target = clip(name);
  if (!target) throw std::runtime_error("there is no clip " + name);
  PropertySet& p = *target->properties;
  const bool connected = source || host->profile.allConnected;
  p.setInt(kOfxImageClipPropConnected, {connected ? 1 : 0});
  if (source) {
    p.setText(kOfxImageClipPropUnmappedComponents, {source->components});
    p.setText(kOfxImageClipPropUnmappedPixelDepth, {host->profile.depth});
    p.setText(kOfxImageEffectPropPreMultiplication, {source->premultiplication});
    p.setDouble(kOfxImageEffectPropFrameRange, {source->firstFrame, source->lastFrame});
    p.setDouble(kOfxImageEffectPropUnmappedFrameRange, {source->firstFrame, source->lastFrame});
  } else {
    p.setText(kOfxImageClipPropUnmappedComponents, {kOfxImageComponentNone});
    p.setText(kOfxImageClipPropUnmappedPixelDepth, {kOfxBitDepthNone});
  }
  target->connect(std::move(source));
  {
    std::lock_guard lock(preferencesMutex_);
    preferences_.reset();
  }
  changed(kOfxTypeClip, name, kOfxChangeUserEdited, host->time, nullptr, nullptr);
}

OfxStatus Instance::changed(const std::string& type, const std::string& name, const char* reason, double time,
                            Abort* abort, const ProgressFunction* progress) {
  if (changeDepth >= kDeepestChange) {
    host->violate("instanceChanged of " + name + " goes on for ever: the effect answers each change with another");
    return kOfxStatFailed;
  }
  const PropertySet& described = *plugin.contexts.at(context)->properties;
  const auto slaves = described.texts(kOfxImageEffectPropClipPreferencesSlaveParam);
  if (std::find(slaves.begin(), slaves.end(), name) != slaves.end()) {
    std::lock_guard lock(preferencesMutex_);
    preferences_.reset();
  }
  auto self = std::static_pointer_cast<Effect>(shared_from_this());
  ++changeDepth;
  {
    Call begin(*host, kBeginChanged, kOfxActionBeginInstanceChanged, self);
    begin.in->setText(kOfxPropChangeReason, {reason});
    call(begin);
  }
  OfxStatus status;
  {
    Call action(*host, kChanged, kOfxActionInstanceChanged, self);
    action.time = time;
    action.abort = abort;
    action.progress = progress;
    action.in->setText(kOfxPropType, {type});
    action.in->setText(kOfxPropName, {name});
    action.in->setText(kOfxPropChangeReason, {reason});
    action.in->setDouble(kOfxPropTime, {time});
    status = call(action);
  }
  {
    Call end(*host, kEndChanged, kOfxActionEndInstanceChanged, self);
    end.in->setText(kOfxPropChangeReason, {reason});
    call(end);
  }
  --changeDepth;
  return status;
}

void Instance::pluginEdited(const std::string& param) {
  if (!inAction(kAllChanged | kInteractInput)) return;
  changed(kOfxTypeParameter, param, kOfxChangePluginEdited, currentCall->time, currentCall->abort,
          currentCall->progress);
}

OfxRectD Instance::regionOfDefinition(const RenderOptions& options) {
  preferences();
  Call action(*host, kRegionOfDefinition, kOfxImageEffectActionGetRegionOfDefinition,
              std::static_pointer_cast<Effect>(shared_from_this()));
  describeOptions(action, *this, options);
  // The default: everything that the non-optional inputs have.
  OfxRectD all{0, 0, 0, 0};
  bool any = false;
  for (const auto& clip : clips) {
    if (clip->isOutput() || !clip->source() || clip->optional()) continue;
    const OfxRectD region = host::regionOfDefinition(action, *clip, options.time);
    if (region.x2 <= region.x1 || region.y2 <= region.y1) continue;
    all = any ? OfxRectD{std::min(all.x1, region.x1), std::min(all.y1, region.y1), std::max(all.x2, region.x2),
                         std::max(all.y2, region.y2)}
              : region;
    any = true;
  }
  action.out->setDouble(kOfxImageEffectPropRegionOfDefinition, {all.x1, all.y1, all.x2, all.y2});
  const OfxStatus status = call(action);
  const OfxRectD answer = rectangle(action.out->numbers(kOfxImageEffectPropRegionOfDefinition));
  if (!host->profile.multiResolution) return project.format.canonicalFrame();
  if (status != kOfxStatOK) return all;
  if (sane(answer)) return answer;
  host->violate("getRegionOfDefinition gave " + shown(answer));
  return all;
}

std::map<std::string, OfxRectD> Instance::regionsOfInterest(const RenderOptions& options, const OfxRectD& region) {
  Call action(*host, kRegionsOfInterest, kOfxImageEffectActionGetRegionsOfInterest,
              std::static_pointer_cast<Effect>(shared_from_this()));
  describeOptions(action, *this, options);
  action.in->setDouble(kOfxImageEffectPropRegionOfInterest, {region.x1, region.y1, region.x2, region.y2});
  for (const auto& clip : clips) {
    if (clip->isOutput()) continue;
    action.out->addProperty({"OfxImageClipPropRoI_" + clip->name, Type::number, 4, Write::always});
    action.out->setDouble("OfxImageClipPropRoI_" + clip->name, {region.x1, region.y1, region.x2, region.y2});
  }
  const OfxStatus status = call(action);
  std::map<std::string, OfxRectD> result;
  for (const auto& clip : clips) {
    if (clip->isOutput()) continue;
    const OfxRectD answer = rectangle(action.out->numbers("OfxImageClipPropRoI_" + clip->name));
    if (!sane(answer)) host->violate("getRegionsOfInterest gave " + shown(answer) + " for " + clip->what);
    result[clip->name] = status == kOfxStatOK && sane(answer) ? answer : region;
  }
  return result;
}

std::map<std::string, std::vector<OfxRangeD>> Instance::framesNeeded(const RenderOptions& options) {
  std::map<std::string, std::vector<OfxRangeD>> result;
  for (const auto& clip : clips) {
    if (!clip->isOutput()) result[clip->name] = {{options.time, options.time}};
  }
  const PropertySet& described = *plugin.contexts.at(context)->properties;
  if (!described.integer(kOfxImageEffectPropTemporalClipAccess)) return result;
  Call action(*host, kFramesNeeded, kOfxImageEffectActionGetFramesNeeded,
              std::static_pointer_cast<Effect>(shared_from_this()));
  describeOptions(action, *this, options);
  for (const auto& [name, ranges] : result) {
    action.out->addProperty({"OfxImageClipPropFrameRange_" + name, Type::number, 0, Write::always});
    action.out->setDouble("OfxImageClipPropFrameRange_" + name, {options.time, options.time});
  }
  if (call(action) != kOfxStatOK) return result;
  for (auto& [name, ranges] : result) {
    const std::vector<double> values = action.out->numbers("OfxImageClipPropFrameRange_" + name);
    if (values.size() % 2) {
      host->violate("getFramesNeeded gave half a range for the clip " + name);
      continue;
    }
    ranges.clear();
    for (size_t i = 0; i + 1 < values.size(); i += 2) {
      if (!(values[i] <= values[i + 1])) host->violate("getFramesNeeded gave an upside-down range for " + name);
      ranges.push_back({values[i], values[i + 1]});
    }
  }
  return result;
}

std::optional<OfxRangeD> Instance::timeDomain() {
  Call action(*host, kTimeDomain, kOfxImageEffectActionGetTimeDomain,
              std::static_pointer_cast<Effect>(shared_from_this()));
  action.out->setDouble(kOfxImageEffectPropFrameRange, {project.firstFrame, project.lastFrame});
  if (call(action) != kOfxStatOK) return std::nullopt;
  const std::vector<double> range = action.out->numbers(kOfxImageEffectPropFrameRange);
  if (!(range[0] <= range[1])) host->violate("getTimeDomain gave an upside-down range");
  return OfxRangeD{range[0], range[1]};
}

Identity Instance::identity(const RenderOptions& options, const OfxRectI& window, const std::string& field) {
  Call action(*host, kIdentity, kOfxImageEffectActionIsIdentity, std::static_pointer_cast<Effect>(shared_from_this()));
  describeOptions(action, *this, options);
  action.in->setText(kOfxImageEffectPropFieldToRender, {field});
  action.in->setInt(kOfxImageEffectPropRenderWindow, {window.x1, window.y1, window.x2, window.y2});
  action.out->setDouble(kOfxPropTime, {options.time});
  if (call(action) != kOfxStatOK) return {};
  Identity result{action.out->text(kOfxPropName), action.out->number(kOfxPropTime)};
  auto source = clip(result.clip);
  if (!source || source->isOutput()) {
    host->violate("isIdentity named '" + result.clip + "', which is no input clip");
    return {};
  }
  return result;
}

OfxStatus Instance::sequence(Action action, const RenderOptions& options) {
  const char* name =
      action == kBeginSequence ? kOfxImageEffectActionBeginSequenceRender : kOfxImageEffectActionEndSequenceRender;
  Call sequence(*host, action, name, std::static_pointer_cast<Effect>(shared_from_this()));
  describeOptions(sequence, *this, options);
  sequence.in->setDouble(kOfxImageEffectPropFrameRange, {options.first, options.last});
  sequence.in->setDouble(kOfxImageEffectPropFrameStep, {1});
  sequence.in->setInt(kOfxPropIsInteractive, {options.interactive});
  sequence.in->setInt(kOfxImageEffectPropInteractiveRenderStatus, {options.interactive});
  return call(sequence);
}

OfxStatus Instance::simple(Action action, const char* name) {
  Call simple(*host, action, name, std::static_pointer_cast<Effect>(shared_from_this()));
  return call(simple);
}

bool Instance::tiles() const {
  return host->profile.tiles && properties->integer(kOfxImageEffectPropSupportsTiles) != 0;
}

std::vector<Message> Instance::messages() const {
  std::lock_guard lock(mutex);
  return messages_;
}

void Instance::post(Message message) {
  std::lock_guard lock(mutex);
  messages_.push_back(std::move(message));
}

void Instance::clearPersistent() {
  std::lock_guard lock(mutex);
  messages_.erase(std::remove_if(messages_.begin(), messages_.end(), [](const Message& m) { return m.persistent; }),
                  messages_.end());
}

}  // namespace focuspuller::host
