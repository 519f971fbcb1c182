// SPDX-License-Identifier: Apache-2.0
// The part of Effect that reads and writes knobs.
#include <algorithm>

#include "effect.h"

namespace focuspuller {

using Type = KnobDeclaration::Type;

KnobValue Effect::value(int index, const OfxTime* time) const {
  const KnobDeclaration& knob = node_.knobs[index];
  KnobValue value{knob.defaults[0], knob.defaults[1], knob.defaultText};
  const OfxParamHandle param = knobs_[index];
  if (knob.type == Type::button) return value;
  const OfxParameterSuiteV1& suite = *suites().parameter;
  const auto read = [&](auto*... out) {
    return param &&
           (time ? suite.paramGetValueAtTime(param, *time, out...) : suite.paramGetValue(param, out...)) == kOfxStatOK;
  };
  switch (knob.type) {
    case Type::number:
      if (double x = 0; read(&x)) value.x = x;
      break;
    case Type::integer:  // MLT and expressions let any number through: a Look Ahead of 999 would fetch 999 frames
      if (int i = 0; read(&i)) value.x = std::clamp<double>(i, knob.minimum, knob.maximum);
      break;
    case Type::boolean:
    case Type::choice:
      if (int i = 0; read(&i)) value.x = i;
      break;
    case Type::position:
      if (double x = 0, y = 0; read(&x, &y)) {
        value.x = x;
        value.y = y;
      }
      defaultPlace(index, value);
      break;
    case Type::string:
    case Type::file:
      if (char* text = nullptr; read(&text) && text) value.text = text;
      break;
    case Type::button:
      break;
  }
  return value;
}

// A value that equals the declared fraction was never converted: nobody puts a point half a pixel from the corner.
void Effect::defaultPlace(int index, KnobValue& value) const {
  const KnobDeclaration& knob = node_.knobs[index];
  if (value.x != knob.defaults[0] || value.y != knob.defaults[1]) return;
  const OfxRectD frame = format();
  if (isEmpty(frame)) return;
  value.x = frame.x1 + knob.defaults[0] * (frame.x2 - frame.x1);
  value.y = frame.y1 + knob.defaults[1] * (frame.y2 - frame.y1);
}

std::vector<KnobValue> Effect::valuesAt(OfxTime time) const {
  std::vector<KnobValue> values;
  for (size_t i = 0; i < knobs_.size(); ++i) values.push_back(value(static_cast<int>(i), &time));
  return values;
}

std::vector<KnobValue> Effect::valuesNow() const {
  std::vector<KnobValue> values;
  for (size_t i = 0; i < knobs_.size(); ++i) values.push_back(value(static_cast<int>(i), nullptr));
  return values;
}

// The value as the worker gets it; null for a button, which has none.
static Json toJson(const KnobDeclaration& knob, const KnobValue& value) {
  switch (knob.type) {
    case Type::number:
      return value.x;
    case Type::integer:
      return static_cast<int>(value.x);
    case Type::boolean:
      return value.x != 0;
    case Type::choice: {
      const auto last = static_cast<double>(knob.items.size()) - 1;
      return knob.items[static_cast<size_t>(std::clamp(value.x, 0.0, last))];
    }
    case Type::position:
      return Json::Array{value.x, value.y};
    case Type::string:
    case Type::file:
      return value.text;
    case Type::button:
      break;
  }
  return {};
}

Json Effect::toJson(const std::vector<KnobValue>& values) const {
  Json::Object result;
  for (size_t i = 0; i < values.size(); ++i)
    if (node_.knobs[i].type != Type::button)
      result[node_.knobs[i].name] = focuspuller::toJson(node_.knobs[i], values[i]);
  return result;
}

Json Effect::curves() const {
  const OfxParameterSuiteV1& suite = *suites().parameter;
  Json::Object result;
  for (size_t i = 0; i < knobs_.size(); ++i) {
    unsigned int count = 0;
    if (!node_.knobs[i].animates || !knobs_[i] || suite.paramGetNumKeys(knobs_[i], &count) != kOfxStatOK) continue;
    Json::Array keys;
    for (unsigned int n = 0; n < count; ++n) {
      OfxTime time = 0;
      if (suite.paramGetKeyTime(knobs_[i], n, &time) != kOfxStatOK) continue;
      keys.push_back(Json::Array{time, focuspuller::toJson(node_.knobs[i], value(static_cast<int>(i), &time))});
    }
    if (!keys.empty()) result[node_.knobs[i].name] = std::move(keys);
  }
  return result;
}

double Effect::evaluate(const Json& formula, const std::vector<KnobValue>& values) const {
  FormulaValues read;
  read.knob = [&](const std::string& name, int component) {
    const int index = node_.knobIndex(name);
    if (index < 0) throw JsonError(node_.name + " has no knob " + name);
    return component == 1 ? values[index].y : values[index].x;
  };
  read.connected = [&](const std::string& name) {
    const ClipInstance* clip = input(name);
    return clip && clip->connected();
  };
  return focuspuller::evaluate(formula, read);
}

void Effect::setValue(int index, const Json& value, const OfxTime* time) const {
  const KnobDeclaration& knob = node_.knobs[index];
  const OfxParamHandle param = knobs_[index];
  if (!param) return;
  const OfxParameterSuiteV1& suite = *suites().parameter;
  const auto write = [&](auto... in) {
    const OfxStatus status = time ? suite.paramSetValueAtTime(param, *time, in...) : suite.paramSetValue(param, in...);
    if (status != kOfxStatOK)
      throw std::runtime_error("the host refused to set knob " + knob.label + " (status " + std::to_string(status) +
                               ")");
  };
  switch (knob.type) {
    case Type::number:
      write(value.number());
      break;
    case Type::integer:
      write(static_cast<int>(std::lround(value.number())));
      break;
    case Type::boolean:
      write(static_cast<int>(value.boolean()));
      break;
    case Type::choice:
      for (size_t i = 0; i < knob.items.size(); ++i)
        if (knob.items[i] == value.string()) return write(static_cast<int>(i));
      throw JsonError("knob " + knob.name + " has no item " + value.string());
    case Type::position:
      write(value.array().at(0).number(), value.array().at(1).number());
      break;
    case Type::string:
    case Type::file:
      write(value.string().c_str());
      break;
    case Type::button:
      throw JsonError("button " + knob.name + " has no value");
  }
}

void Effect::updateEnabled(const std::vector<KnobValue>& values) {
  for (size_t i = 0; i < knobs_.size(); ++i) {
    const KnobDeclaration& knob = node_.knobs[i];
    if (knob.enabled.isNull() || !knobs_[i]) continue;
    const int enabled = evaluate(knob.enabled, values) != 0;
    OfxPropertySetHandle properties = nullptr;
    if (enabled == enabled_[i] || suites().parameter->paramGetPropertySet(knobs_[i], &properties) != kOfxStatOK)
      continue;
    enabled_[i] = enabled;
    Properties(properties).set(kOfxParamPropEnabled, enabled);
  }
}

void Effect::placePositions() const {
  for (size_t i = 0; i < knobs_.size(); ++i) {
    const KnobDeclaration& knob = node_.knobs[i];
    if (knob.type != Type::position || !knobs_[i]) continue;
    double x = 0, y = 0;
    if (suites().parameter->paramGetValue(knobs_[i], &x, &y) != kOfxStatOK) continue;
    KnobValue placed{x, y, {}};
    defaultPlace(static_cast<int>(i), placed);
    if (placed.x != x || placed.y != y) suites().parameter->paramSetValue(knobs_[i], placed.x, placed.y);
  }
}

}  // namespace focuspuller
