// SPDX-License-Identifier: Apache-2.0
#include "properties.h"

#include <algorithm>
#include <cstdlib>

#include "actions.h"
#include "host.h"

namespace focuspuller::host {
namespace {

const char* const kTypeNames[] = {"int", "double", "string", "pointer"};

Value parse(Type type, const std::string& text) {
  switch (type) {
    case Type::integer:
      return std::atoi(text.c_str());
    case Type::number:
      return std::atof(text.c_str());
    case Type::text:
      return text;
    case Type::pointer:
      return static_cast<void*>(nullptr);
  }
  return 0;
}

std::string shown(const Value& value) {
  if (const int* number = std::get_if<int>(&value)) return std::to_string(*number);
  if (const std::string* text = std::get_if<std::string>(&value)) return *text;
  return "";
}

}  // namespace

bool validUtf8(const std::string& text) {
  for (size_t i = 0; i < text.size();) {
    const unsigned char lead = static_cast<unsigned char>(text[i]);
    size_t length = lead < 0x80 ? 1 : lead >> 5 == 6 ? 2 : lead >> 4 == 14 ? 3 : lead >> 3 == 30 ? 4 : 0;
    if (!length || i + length > text.size()) return false;
    for (size_t k = 1; k < length; ++k) {
      if ((static_cast<unsigned char>(text[i + k]) & 0xC0) != 0x80) return false;
    }
    i += length;
  }
  return true;
}

PropertySet::PropertySet(Host* host, std::string what, const Schema& schema, Holder holder)
    : Object(host, Kind::propertySet, std::move(what)), schema_(schema), holder_(holder) {
  for (const auto& [name, property] : schema_) {
    if (property.initial != "absent") values_[name] = initial(property);
  }
}

const Property* PropertySet::find(std::string_view name) const {
  for (const Schema* schema : {&schema_, &added_}) {
    auto found = schema->find(name);
    if (found != schema->end()) return &found->second;
  }
  return nullptr;
}

std::vector<Value> PropertySet::initial(const Property& property) const {
  std::vector<Value> values;
  if (!property.initial.empty()) {
    for (const std::string& part : split(property.initial, '|')) values.push_back(parse(property.type, part));
  }
  while (static_cast<int>(values.size()) < property.count) values.push_back(parse(property.type, ""));
  return values;
}

void PropertySet::set(const std::string& name, std::vector<Value> values) {
  std::lock_guard lock(mutex_);
  if (find(name)) values_[name] = std::move(values);
}

void PropertySet::setInt(const std::string& name, std::initializer_list<int> values) {
  set(name, std::vector<Value>(values.begin(), values.end()));
}

void PropertySet::setDouble(const std::string& name, std::initializer_list<double> values) {
  set(name, std::vector<Value>(values.begin(), values.end()));
}

void PropertySet::setText(const std::string& name, const std::vector<std::string>& values) {
  set(name, std::vector<Value>(values.begin(), values.end()));
}

void PropertySet::setPointer(const std::string& name, void* value) { set(name, {value}); }

void PropertySet::hide(const std::string& name) {
  std::lock_guard lock(mutex_);
  values_.erase(name);
}

void PropertySet::addProperty(const Property& property) {
  std::lock_guard lock(mutex_);
  added_.emplace(property.name, property);
  values_[property.name] = initial(property);
}

void PropertySet::copyFrom(const PropertySet& other) {
  std::scoped_lock lock(mutex_, other.mutex_);
  for (const auto& [name, values] : other.values_) {
    if (find(name) && name != "OfxPropType") values_[name] = values;
  }
  written_ = other.written_;
}

int PropertySet::integer(const std::string& name, int index) const {
  std::lock_guard lock(mutex_);
  auto found = values_.find(name);
  if (found == values_.end() || index >= static_cast<int>(found->second.size())) return 0;
  const int* value = std::get_if<int>(&found->second[index]);
  return value ? *value : 0;
}

double PropertySet::number(const std::string& name, int index) const {
  std::vector<double> all = numbers(name);
  return index < static_cast<int>(all.size()) ? all[index] : 0;
}

std::vector<double> PropertySet::numbers(const std::string& name) const {
  std::lock_guard lock(mutex_);
  std::vector<double> result;
  auto found = values_.find(name);
  if (found == values_.end()) return result;
  for (const Value& value : found->second) {
    if (const int* whole = std::get_if<int>(&value)) result.push_back(*whole);
    if (const double* number = std::get_if<double>(&value)) result.push_back(*number);
  }
  return result;
}

std::string PropertySet::text(const std::string& name, int index) const {
  std::vector<std::string> all = texts(name);
  return index < static_cast<int>(all.size()) ? all[index] : std::string();
}

std::vector<std::string> PropertySet::texts(const std::string& name) const {
  std::lock_guard lock(mutex_);
  std::vector<std::string> result;
  auto found = values_.find(name);
  if (found == values_.end()) return result;
  for (const Value& value : found->second) {
    if (const std::string* text = std::get_if<std::string>(&value)) result.push_back(*text);
  }
  return result;
}

void* PropertySet::pointer(const std::string& name) const {
  std::lock_guard lock(mutex_);
  auto found = values_.find(name);
  if (found == values_.end() || found->second.empty()) return nullptr;
  void* const* value = std::get_if<void*>(&found->second[0]);
  return value ? *value : nullptr;
}

bool PropertySet::has(const std::string& name) const {
  std::lock_guard lock(mutex_);
  return values_.count(name) != 0;
}

bool PropertySet::written(const std::string& name) const {
  std::lock_guard lock(mutex_);
  return written_.count(name) != 0;
}

void PropertySet::complain(const char* function, const char* name, const std::string& sentence) const {
  violate(host, function, std::string(name ? name : "NULL") + " on " + what + ": " + sentence);
}

const Property* PropertySet::lookUp(const char* function, const char* name) const {
  if (!name) {
    complain(function, name, "the property's name is NULL");
    return nullptr;
  }
  if (const Property* found = find(name)) return found;
  // Reverse-domain names are other vendors' extensions: asking for them is how a plug-in finds out.
  if (std::string_view(name).find('.') == std::string_view::npos) {
    complain(function, name, "the standard has no such property there");
  }
  return nullptr;
}

bool PropertySet::mayWrite(const char* function, const Property& property) const {
  const char* name = property.name.c_str();
  if (property.write == Write::never || holder_ == Holder::host || holder_ == Holder::in) {
    complain(function, name, "is the host's to write");
    return false;
  }
  if (holder_ == Holder::out) return true;
  if (holder_ == Holder::descriptor) {
    if (inAction(kDescribing)) return true;
    complain(function, name, "may be written in the describe actions only");
    return false;
  }
  if (property.write == Write::descriptor) {
    complain(function, name, "may be written on the descriptor only, not on an instance");
    return false;
  }
  if (property.name == kOfxPropInstanceData || inAction(kMainThread)) return true;
  complain(function, name, "may not be written while rendering");
  return false;
}

bool PropertySet::acceptable(const char* function, const Property& property, const Value& value) const {
  const char* name = property.name.c_str();
  if (value.index() != static_cast<size_t>(property.type)) {
    complain(function, name,
             std::string("is of type ") + kTypeNames[static_cast<int>(property.type)] + ", not " +
                 kTypeNames[value.index()]);
    return false;
  }
  if (const std::string* text = std::get_if<std::string>(&value); text && !validUtf8(*text)) {
    complain(function, name, "is not UTF-8");
    return false;
  }
  if (property.allowed.empty()) return true;
  const std::vector<std::string> allowed = split(property.allowed, '|');
  if (std::find(allowed.begin(), allowed.end(), shown(value)) != allowed.end()) return true;
  complain(function, name, "cannot be '" + shown(value) + "'; it may be " + property.allowed);
  return false;
}

OfxStatus PropertySet::write(const char* function, const char* name, int index, Value value) {
  const Property* property = lookUp(function, name);
  if (!property) return kOfxStatErrUnknown;
  if (!mayWrite(function, *property) || !acceptable(function, *property, value)) return kOfxStatErrValue;
  std::lock_guard lock(mutex_);
  std::vector<Value>& values = values_[property->name];
  const int size = static_cast<int>(values.size());
  if (index < 0 || index > size || (property->count && index >= property->count)) {
    complain(function, name, "has no index " + std::to_string(index));
    return kOfxStatErrBadIndex;
  }
  if (index == size) {
    values.push_back(std::move(value));
  } else {
    values[index] = std::move(value);
  }
  written_[property->name] = true;
  if (property->name == kOfxPropLabel) {
    for (const char* other : {kOfxPropShortLabel, kOfxPropLongLabel}) {
      if (find(other) && !written_.count(other)) values_[other] = values_[kOfxPropLabel];
    }
  }
  return kOfxStatOK;
}

OfxStatus PropertySet::writeAll(const char* function, const char* name, std::vector<Value> values) {
  const Property* property = lookUp(function, name);
  if (!property) return kOfxStatErrUnknown;
  if (!mayWrite(function, *property)) return kOfxStatErrValue;
  const int count = static_cast<int>(values.size());
  if (property->count && count != property->count) {
    complain(function, name, "has " + std::to_string(property->count) + " values, not " + std::to_string(count));
    return kOfxStatErrBadIndex;
  }
  for (const Value& value : values) {
    if (!acceptable(function, *property, value)) return kOfxStatErrValue;
  }
  std::lock_guard lock(mutex_);
  values_[property->name] = std::move(values);
  written_[property->name] = true;
  return kOfxStatOK;
}

OfxStatus PropertySet::read(const char* function, const char* name, int index, Type type, Value& value,
                            char** text) const {
  const Property* property = lookUp(function, name);
  if (!property) return kOfxStatErrUnknown;
  if (property->type != type) {
    complain(function, name,
             std::string("is of type ") + kTypeNames[static_cast<int>(property->type)] + ", not " +
                 kTypeNames[static_cast<int>(type)]);
    return kOfxStatErrValue;
  }
  std::lock_guard lock(mutex_);
  auto found = values_.find(property->name);
  if (found == values_.end()) return kOfxStatErrUnknown;  // in the standard, but this host does not give it
  if (index < 0 || index >= static_cast<int>(found->second.size())) {
    complain(function, name, "has no index " + std::to_string(index));
    return kOfxStatErrBadIndex;
  }
  const Value& stored = found->second[index];
  if (text) {
    *text = const_cast<char*>(std::get<std::string>(stored).c_str());
  } else {
    value = stored;
  }
  return kOfxStatOK;
}

OfxStatus PropertySet::count(const char* function, const char* name, int& size) const {
  const Property* property = lookUp(function, name);
  if (!property) return kOfxStatErrUnknown;
  std::lock_guard lock(mutex_);
  auto found = values_.find(property->name);
  if (found == values_.end()) return kOfxStatErrUnknown;
  size = static_cast<int>(found->second.size());
  return kOfxStatOK;
}

OfxStatus PropertySet::reset(const char* function, const char* name) {
  const Property* property = lookUp(function, name);
  if (!property) return kOfxStatErrUnknown;
  if (!mayWrite(function, *property)) return kOfxStatErrValue;
  std::lock_guard lock(mutex_);
  values_[property->name] = initial(*property);
  written_.erase(property->name);
  return kOfxStatOK;
}

}  // namespace focuspuller::host
