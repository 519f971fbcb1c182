// SPDX-License-Identifier: Apache-2.0
// Effects: descriptors, and instances with the actions that are called on them.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "actions.h"
#include "clips.h"
#include "coordinates.h"
#include "core.h"
#include "host.h"
#include "image_effect.h"
#include "params.h"

namespace focuspuller::host {

struct Plugin;

class Effect : public Object {
 public:
  static constexpr Kind handleKind = Kind::effect;

  Effect(Plugin& plugin, std::string context, const Schema& schema, Holder holder, std::string what);
  virtual void close();  // retires its handles

  std::string identifier() const;  // of the plug-in
  std::shared_ptr<Param> param(const std::string& name) const;
  std::shared_ptr<Clip> clip(const std::string& name) const;

  Plugin& plugin;
  const std::string context;
  const std::shared_ptr<PropertySet> properties;
  const std::shared_ptr<ParamSet> paramSet;
  std::vector<std::shared_ptr<Param>> params;
  std::vector<std::shared_ptr<Clip>> clips;
};

struct Project {
  Format format;
  double fps = 24;
  double firstFrame = 1, lastFrame = 1;
};

struct Preferences {
  std::map<std::string, std::string> components, depths;  // by clip, Output too
  double fps = 24;
  std::string premultiplication = kOfxImagePreMultiplied;
  std::string fieldOrder = kOfxImageFieldNone;
  bool continuous = false, frameVarying = false;
};

struct Identity {
  std::string clip;  // "" = the effect does something
  double time = 0;
};

struct RenderOptions {
  double time = 1;
  OfxPointD scale{1, 1};
  bool draft = false, interactive = false, thumbnail = false;
  double first = 1, last = 1;  // of the sequence it is part of
};

enum class RenderStatus { done, aborted, failed, outOfMemory };

struct RenderResult {
  RenderStatus status = RenderStatus::done;
  std::string reason;                   // the action and what it answered
  std::vector<std::string> clipErrors;  // what clips raised
};

class Instance : public Effect {
 public:
  Instance(Plugin& plugin, const Effect& described, Project project);
  void create();  // throws std::runtime_error when the plug-in declines
  void destroy();

  void connect(const std::string& clip, std::shared_ptr<ClipSource> source);
  // begin, instanceChanged, end. type: kOfxTypeParameter or kOfxTypeClip.
  OfxStatus changed(const std::string& type, const std::string& name, const char* reason, double time, Abort* abort,
                    const ProgressFunction* progress);
  // The plug-in has set a parameter.
  void pluginEdited(const std::string& param);

  Preferences preferences();
  OfxRectD regionOfDefinition(const RenderOptions& options);
  std::map<std::string, OfxRectD> regionsOfInterest(const RenderOptions& options, const OfxRectD& region);
  std::map<std::string, std::vector<OfxRangeD>> framesNeeded(const RenderOptions& options);
  std::optional<OfxRangeD> timeDomain();
  Identity identity(const RenderOptions& options, const OfxRectI& window, const std::string& field);
  OfxStatus sequence(Action action, const RenderOptions& options);
  OfxStatus simple(Action action, const char* name);

  // Renders `window` (pixels at the scale) into float32 rows, top row first, of the Output clip's channels.
  RenderResult render(const RenderOptions& options, const Window& window, float* pixels, int channels, Abort* abort);

  bool tiles() const;
  std::vector<Message> messages() const;
  void post(Message message);
  void clearPersistent();

  const Project project;
  Interpolation keyInterpolation = Interpolation::linear;
  std::atomic<int> openSequences{0};

  mutable std::mutex mutex;  // messages, memory, preferences
  std::set<void*> memory;    // image memory not freed yet

 private:
  struct RenderPass;
  OfxStatus call(Call& call);
  void prepareProperties();
  Preferences defaultPreferences() const;
  void propose(PropertySet& out, const Preferences& defaults) const;
  Preferences agreed(const PropertySet& out, const Preferences& defaults) const;
  void publish(const Preferences& preferences);
  void negotiateColour(const PropertySet& answers);
  bool renderPass(RenderPass& pass, const std::string& field);
  bool renderTile(RenderPass& pass, const OfxRectI& tile, const std::string& field);
  bool copyIdentity(RenderPass& pass, const Identity& identity);
  void deliver(RenderPass& pass, OutputFrame& frame, const OfxRectI& tile, const std::string& field);

  std::vector<Message> messages_;
  std::mutex preferencesMutex_;
  std::optional<Preferences> preferences_;
  std::mutex renderMutex_;
  bool alive_ = false;
};

}  // namespace focuspuller::host
