// SPDX-License-Identifier: Apache-2.0
// Parameters: as described, and as held by an instance.
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "animation.h"
#include "properties.h"

namespace focuspuller::host {

class Effect;

struct ParamValue {
  Numbers numbers{};
  std::string text;
};

class ParamSet : public Object {
 public:
  static constexpr Kind handleKind = Kind::paramSet;
  ParamSet(Host* host, std::string what, Effect& owner) : Object(host, Kind::paramSet, std::move(what)), owner(owner) {}
  Effect& owner;
};

class Param : public Object {
 public:
  static constexpr Kind handleKind = Kind::param;

  // On a descriptor.
  Param(Host* host, Effect& owner, const ParamType& type, std::string name);
  // On an instance, as described.
  Param(Effect& owner, const Param& described);
  void close();

  bool holdsValue() const { return type.dimension > 0; }
  bool interpolates() const;  // choices, booleans and strings hold their value from key to key
  // kOfxParamPropDefault in canonical coordinates.
  ParamValue defaultValue() const;

  ParamValue value(double time) const;
  ParamValue derivative(double time) const;
  ParamValue integral(double first, double last) const;
  Curve curve() const;

  void setValue(const ParamValue& value);  // drops the keys
  void setKey(double time, const ParamValue& value, Interpolation interpolation);
  bool eraseKey(double time);
  void eraseKeys();
  void copyFrom(const Param& other, double offset, const double* first, const double* last);

  // Moves numbers into the range; whether it had to.
  bool clamp(ParamValue& value) const;

  Effect& owner;
  const ParamType& type;
  const std::string name;
  const std::shared_ptr<PropertySet> properties;

 private:
  void showAnimation();

  mutable std::mutex mutex_;
  ParamValue value_;
  Curve curve_;
};

// Violations of a finished description: ranges, defaults, choices, parents, pages.
void checkParams(const Effect& descriptor);

}  // namespace focuspuller::host
