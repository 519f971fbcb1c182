// SPDX-License-Identifier: Apache-2.0
#include "params.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "effect.h"
#include "host.h"
#include "param.h"

namespace focuspuller::host {
namespace {

void prepareDescriptor(PropertySet& p, const ParamType& type, const std::string& name, bool normalised) {
  p.setText(kOfxPropName, {name});
  for (const char* label : {kOfxPropLabel, kOfxPropShortLabel, kOfxPropLongLabel, kOfxParamPropScriptName}) {
    p.setText(label, {name});
  }
  const bool isInteger = type.type == Type::integer;
  const double lowest = isInteger ? std::numeric_limits<int>::min() : std::numeric_limits<double>::lowest();
  const double highest = isInteger ? std::numeric_limits<int>::max() : std::numeric_limits<double>::max();
  auto fill = [&](const char* property, double value) {
    if (type.type == Type::text) return;
    p.set(property, std::vector<Value>(type.dimension, isInteger ? Value(static_cast<int>(value)) : Value(value)));
  };
  fill(kOfxParamPropMin, lowest);
  fill(kOfxParamPropMax, highest);
  fill(kOfxParamPropDisplayMin, lowest);
  fill(kOfxParamPropDisplayMax, highest);
  if (normalised && type.dimension == 2) {
    p.setText(kOfxParamPropDefaultCoordinateSystem, {kOfxParamCoordinatesNormalised});
  }
}

}  // namespace

Param::Param(Host* host, Effect& owner, const ParamType& type, std::string given)
    : Object(host, Kind::param, "the parameter " + given),
      owner(owner),
      type(type),
      name(std::move(given)),
      properties(make<PropertySet>(host, what, paramSchema(type), Holder::descriptor)) {
  prepareDescriptor(*properties, type, name, host->profile.normalisedDefaults);
}

Param::Param(Effect& owner, const Param& described)
    : Object(owner.host, Kind::param, described.what),
      owner(owner),
      type(described.type),
      name(described.name),
      properties(make<PropertySet>(owner.host, what, paramSchema(type), Holder::instance)) {
  properties->copyFrom(*described.properties);
  value_ = defaultValue();
}

void Param::close() {
  retire(properties->handle);
  retire(handle);
}

bool Param::interpolates() const {
  const std::string kind = type.name;
  return type.type != Type::text && kind != kOfxParamTypeChoice && kind != kOfxParamTypeBoolean;
}

ParamValue Param::defaultValue() const {
  ParamValue result;
  if (!holdsValue()) return result;
  if (type.type == Type::text) {
    result.text = properties->text(kOfxParamPropDefault);
    return result;
  }
  const std::vector<double> values = properties->numbers(kOfxParamPropDefault);
  for (size_t i = 0; i < values.size() && i < result.numbers.size(); ++i) result.numbers[i] = values[i];
  if (properties->text(kOfxParamPropDefaultCoordinateSystem) != kOfxParamCoordinatesNormalised) return result;
  const Instance* instance = dynamic_cast<const Instance*>(&owner);
  const std::string kind = properties->text(kOfxParamPropDoubleType);
  if (!instance || kind == kOfxParamDoubleTypePlain) return result;
  const OfxRectD frame = instance->project.format.canonicalFrame();
  const bool vertical = kind == kOfxParamDoubleTypeY || kind == kOfxParamDoubleTypeYAbsolute;
  result.numbers[0] *= vertical ? frame.y2 : frame.x2;
  result.numbers[1] *= frame.y2;
  return result;
}

ParamValue Param::value(double time) const {
  std::lock_guard lock(mutex_);
  if (curve_.empty()) return value_;
  ParamValue result;
  if (type.type == Type::text) {
    result.text = curve_.text(time);
    return result;
  }
  for (int i = 0; i < type.dimension; ++i) {
    const double number = curve_.value(time, i);
    result.numbers[i] = type.type == Type::integer ? std::round(number) : number;
  }
  return result;
}

ParamValue Param::derivative(double time) const {
  std::lock_guard lock(mutex_);
  ParamValue result;
  if (curve_.empty()) return result;
  for (int i = 0; i < type.dimension; ++i) result.numbers[i] = curve_.derivative(time, i);
  return result;
}

ParamValue Param::integral(double first, double last) const {
  std::lock_guard lock(mutex_);
  ParamValue result;
  for (int i = 0; i < type.dimension; ++i) {
    result.numbers[i] = curve_.empty() ? value_.numbers[i] * (last - first) : curve_.integral(first, last, i);
  }
  return result;
}

Curve Param::curve() const {
  std::lock_guard lock(mutex_);
  return curve_;
}

void Param::showAnimation() { properties->setInt(kOfxParamPropIsAnimating, {curve_.empty() ? 0 : 1}); }

void Param::setValue(const ParamValue& value) {
  std::lock_guard lock(mutex_);
  value_ = value;
  curve_.clear();
  showAnimation();
}

void Param::setKey(double time, const ParamValue& value, Interpolation interpolation) {
  std::lock_guard lock(mutex_);
  curve_.set({time, value.numbers, value.text, interpolates() ? interpolation : Interpolation::constant});
  showAnimation();
}

bool Param::eraseKey(double time) {
  std::lock_guard lock(mutex_);
  const bool erased = curve_.erase(time);
  showAnimation();
  return erased;
}

void Param::eraseKeys() {
  std::lock_guard lock(mutex_);
  if (!curve_.empty()) value_ = {curve_.keys().front().numbers, curve_.keys().front().text};
  curve_.clear();
  showAnimation();
}

void Param::copyFrom(const Param& other, double offset, const double* first, const double* last) {
  const ParamValue value = other.value(0);
  const Curve curve = other.curve();
  std::lock_guard lock(mutex_);
  value_ = value;
  curve_.clear();
  for (Key key : curve.keys()) {
    if (first && (key.time < *first || key.time > *last)) continue;
    key.time += offset;
    curve_.set(key);
  }
  showAnimation();
}

bool Param::clamp(ParamValue& value) const {
  bool moved = false;
  const std::vector<double> low = properties->numbers(kOfxParamPropMin), high = properties->numbers(kOfxParamPropMax);
  for (int i = 0; i < type.dimension && type.type != Type::text; ++i) {
    double& number = value.numbers[i];
    const double before = number;
    if (std::string(type.name) == kOfxParamTypeChoice) {
      const double items = static_cast<double>(properties->texts(kOfxParamPropChoiceOption).size());
      number = std::clamp(number, 0.0, std::max(items - 1, 0.0));
    } else if (std::string(type.name) == kOfxParamTypeBoolean) {
      number = number != 0;
    } else if (i < static_cast<int>(low.size()) && i < static_cast<int>(high.size()) && low[i] <= high[i]) {
      number = std::clamp(number, low[i], high[i]);
    }
    moved = moved || !(number == before);
  }
  return moved;
}

}  // namespace focuspuller::host
