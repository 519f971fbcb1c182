// SPDX-License-Identifier: Apache-2.0
#include "analyse.h"

#include <chrono>

#include "regions.h"
#include "request.h"

namespace focuspuller {
namespace {

// The host's progress bar, for as long as it lives.
class Progress {
 public:
  Progress(const Effect& effect, const std::string& label) : effect_(effect.handle()) {
    if (suites().progress2)
      suites().progress2->progressStart(effect_, label.c_str(), "FocusPuller.analyse");
    else if (suites().progress1)
      suites().progress1->progressStart(effect_, label.c_str());
  }
  ~Progress() {
    if (suites().progress2)
      suites().progress2->progressEnd(effect_);
    else if (suites().progress1)
      suites().progress1->progressEnd(effect_);
  }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // False when the artist has cancelled. Asks the host, which redraws its window for that, ten times a second at most.
  bool update(double fraction) {
    const auto now = std::chrono::steady_clock::now();
    if (now - asked_ < std::chrono::milliseconds(100)) return true;
    asked_ = now;
    OfxStatus status = kOfxStatOK;
    if (suites().progress2)
      status = suites().progress2->progressUpdate(effect_, fraction);
    else if (suites().progress1)
      status = suites().progress1->progressUpdate(effect_, fraction);
    return status != kOfxStatReplyNo;
  }

 private:
  void* effect_;
  std::chrono::steady_clock::time_point asked_{};
};

// Everything written between begin and end is one undo step.
class EditBlock {
 public:
  EditBlock(const Effect& effect, const std::string& name) : parameters_(effect.parameters()) {
    suites().parameter->paramEditBegin(parameters_, name.c_str());
  }
  ~EditBlock() { suites().parameter->paramEditEnd(parameters_); }
  EditBlock(const EditBlock&) = delete;
  EditBlock& operator=(const EditBlock&) = delete;

 private:
  OfxParamSetHandle parameters_;
};

struct FrameRange {
  int first, last;
};

// firstFrame and lastFrame where the node has them and they are set (not both 0), else Source's frames; an infinite
// Source (a still, a generator) ends where the effect does.
FrameRange frameRange(const Effect& effect, const std::vector<KnobValue>& values) {
  const int first = effect.node().knobIndex("firstFrame"), last = effect.node().knobIndex("lastFrame");
  if (first >= 0 && last >= 0 && (values[first].x != 0 || values[last].x != 0)) {
    if (values[first].x > values[last].x)
      throw std::runtime_error(effect.node().knobs[first].label + " is after " + effect.node().knobs[last].label + ".");
    return {static_cast<int>(values[first].x), static_cast<int>(values[last].x)};
  }
  constexpr double kEndless = 1e6;  // frames
  double range[2] = {0, 0};
  if (!effect.source().properties.read(kOfxImageEffectPropFrameRange, range, 2))
    throw std::runtime_error("The host does not tell which frames Source has.");
  const double duration = effect.properties().number(kOfxImageEffectInstancePropEffectDuration);
  const bool endless = !(range[0] > -kEndless && range[1] < kEndless);
  if (endless && !(duration >= 1 && duration < kEndless))
    throw std::runtime_error(first >= 0 ? "Source has no end. Set " + effect.node().knobs[first].label + " and " +
                                              effect.node().knobs[last].label + "."
                                        : "Source has no end. Give it a frame range.");
  if (!endless) return {static_cast<int>(std::ceil(range[0])), static_cast<int>(std::floor(range[1]))};
  const int start = range[0] > -kEndless ? static_cast<int>(std::ceil(range[0])) : 0;
  return {start, start + static_cast<int>(duration) - 1};
}

// Removes a knob's keys: all of them, or those between two times.
void deleteKeys(OfxParamHandle knob, const Json& within) {
  const OfxParameterSuiteV1& suite = *suites().parameter;
  if (within.isNull()) {
    suite.paramDeleteAllKeys(knob);
    return;
  }
  const double first = within.array().at(0).number(), last = within.array().at(1).number();
  unsigned int count = 0;
  if (suite.paramGetNumKeys(knob, &count) != kOfxStatOK) return;
  std::vector<OfxTime> doomed;
  for (unsigned int n = 0; n < count; ++n)
    if (OfxTime time = 0; suite.paramGetKeyTime(knob, n, &time) == kOfxStatOK && time >= first && time <= last)
      doomed.push_back(time);
  for (const OfxTime time : doomed) suite.paramDeleteKey(knob, time);
}

void writeResult(const Effect& effect, const KnobDeclaration& button, const Json& reply) {
  const NodeDeclaration& node = effect.node();
  const auto index = [&](const std::string& name) {
    const int found = node.knobIndex(name);
    if (found < 0) throw JsonError("the analysis wrote knob " + name + ", which " + node.name + " does not have");
    return found;
  };
  const EditBlock block(effect, node.label + " " + button.label);
  const Json& within = reply.at("within");
  if (reply.has("keys")) {
    for (const auto& [name, keys] : reply.at("keys").object()) {
      const int knob = index(name);
      deleteKeys(effect.knob(knob), within);
      for (const Json& key : keys.array()) {
        const OfxTime time = key.array().at(0).number();
        effect.setValue(knob, key.array().at(1), &time);
      }
    }
  }
  if (reply.has("values"))
    for (const auto& [name, value] : reply.at("values").object()) effect.setValue(index(name), value, nullptr);
}

void analyse(Effect& effect, const KnobDeclaration& button, const Properties& in) {
  if (!effect.source().connected()) throw std::runtime_error("Connect Source first.");
  const OfxTime time = in.number(kOfxPropTime);
  const PixelGrid grid = effect.grid(renderScale(in));
  const std::vector<KnobValue> values = effect.valuesAt(time);
  const FrameRange range = frameRange(effect, values);
  const Transfer transfer = inputTransfer(effect, values);

  Request request;
  request.body = requestBody(effect, "analyse", time, grid, values);
  request.body["button"] = button.name;
  request.body["curves"] = effect.curves();
  request.body["frames"] = Json::Array{range.first, range.last};
  Json::Object regions;
  for (const ClipInstance& clip : effect.inputs()) {
    if (!clip.connected()) continue;
    const OfxRectI all = toPixels(effect.region(clip, time, grid), grid);
    regions[clip.declaration->name] = Json::Array{all.x1, all.y1, all.x2, all.y2};
  }
  request.body["regions"] = std::move(regions);
  request.message = [&](const std::string& level, const std::string& text) { effect.log(level, text); };
  request.fetch = [&](const std::string& name, double at) {
    const ClipInstance* clip = effect.input(name);
    if (!clip || !clip->connected()) throw std::runtime_error(name + " is not connected");
    std::shared_ptr<const HostImage> image = HostImage::fetch(*clip, at);
    if (!image)
      throw std::runtime_error("the host could not deliver frame " + std::to_string(std::lround(at)) + " of " + name);
    const OfxRectI whole = image->view().bounds;
    return inputFrame(*clip, at, std::move(image), whole, transfer);
  };

  Result result;
  {
    Progress progress(effect, effect.node().label + ": " + button.label);
    double reached = 0;
    request.progress = [&](double fraction, const std::string&) { return progress.update(reached = fraction); };
    request.aborted = [&] { return !progress.update(reached); };
    result = run(std::move(request));
  }
  if (result.status == Result::Status::aborted) return;
  if (result.status != Result::Status::done) throw std::runtime_error(result.error);
  writeResult(effect, button, result.reply);
  if (result.reply.has("message") && !result.reply.at("message").string().empty())
    effect.tell(result.reply.at("message").string());
}

}  // namespace

OfxStatus pressButton(Effect& effect, const KnobDeclaration& button, const Properties& in) {
  // A host that keeps its windows alive during the progress bar lets the artist press again.
  if (effect.analysing.exchange(true)) return kOfxStatOK;
  struct Done {
    std::atomic<bool>& analysing;
    ~Done() { analysing = false; }
  } const done{effect.analysing};
  try {
    analyse(effect, button, in);
    return kOfxStatOK;
  } catch (const std::exception& error) {
    effect.showError(error.what());
    return kOfxStatFailed;
  }
}

}  // namespace focuspuller
