// SPDX-License-Identifier: Apache-2.0
// An instance of a node inside the host: its clips, its knobs and their values, and what it tells the artist.
#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <vector>

#include "expression.h"
#include "geometry.h"
#include "manifest.h"
#include "suites.h"

namespace focuspuller {

struct ClipInstance {
  const ClipDeclaration* declaration = nullptr;  // null for the output
  OfxImageClipHandle handle = nullptr;           // null where the context has no such clip
  Properties properties;

  bool connected() const { return handle && properties.integer(kOfxImageClipPropConnected) != 0; }
};

// A knob's value: text for string and file; y for a position only (canonical); an index for a choice.
struct KnobValue {
  double x = 0, y = 0;
  std::string text;
};

class Effect {
 public:
  Effect(OfxImageEffectHandle handle, const NodeDeclaration& node);

  // The Effect made by createInstance for this handle; null where there is none.
  static Effect* of(OfxImageEffectHandle handle);

  OfxImageEffectHandle handle() const { return handle_; }
  const NodeDeclaration& node() const { return node_; }
  const Properties& properties() const { return properties_; }
  OfxParamSetHandle parameters() const { return parameters_; }
  const std::vector<ClipInstance>& inputs() const { return inputs_; }
  const ClipInstance& source() const { return inputs_.front(); }
  const ClipInstance& output() const { return output_; }
  const ClipInstance* input(const std::string& name) const;
  OfxParamHandle knob(int index) const { return knobs_[index]; }
  bool inGeneralContext() const { return general_; }

  // One value a knob, in the order of the declaration. now(): at the host's current time.
  std::vector<KnobValue> valuesAt(OfxTime time) const;
  std::vector<KnobValue> valuesNow() const;
  Json toJson(const std::vector<KnobValue>& values) const;  // {name: number, bool, item, text or [x, y]}
  Json curves() const;                                      // {name: [[time, value], …]} of the knobs that have keys
  double evaluate(const Json& formula, const std::vector<KnobValue>& values) const;
  void setValue(int knob, const Json& value, const OfxTime* time) const;  // time null: a constant

  // Greys out knobs whose `enabled` is 0.
  void updateEnabled(const std::vector<KnobValue>& values);
  // Hosts that ignore normalised defaults leave positions at (0.5, 0.5): moves those to where they were meant.
  void placePositions() const;

  PixelGrid grid(OfxPointD scale) const;  // the output's
  OfxRectD format() const;                // the frame that normalised coordinates refer to, canonical
  OfxPointD extent() const;               // the top-right corner of the whole frame, whose bottom-left corner is (0, 0)
  double frameRate() const;
  // Everything the clip has at `time`, canonical; empty where the host does not know.
  OfxRectD region(const ClipInstance& clip, OfxTime time, const PixelGrid& grid) const;

  // Errors stay visible in the viewer where the host can do that; clearError takes them away.
  void showError(const std::string& what);
  void clearError();
  // A line in the host's log, the same text once a session.
  void log(const std::string& type, const std::string& text) const;
  void tell(const std::string& text) const;  // a dialogue; only in answer to the user

  std::atomic<bool> analysing{false};

 private:
  KnobValue value(int knob, const OfxTime* time) const;
  void defaultPlace(int knob, KnobValue& value) const;

  OfxImageEffectHandle handle_;
  const NodeDeclaration& node_;
  Properties properties_;
  OfxParamSetHandle parameters_ = nullptr;
  std::vector<ClipInstance> inputs_;
  ClipInstance output_;
  std::vector<OfxParamHandle> knobs_;
  std::vector<int> enabled_;  // as last told to the host; -1: not yet
  bool general_ = false;
  std::atomic<bool> errorShown_{false};
};

}  // namespace focuspuller
