// SPDX-License-Identifier: Apache-2.0
// Property sets whose names, types, dimensions and writers are checked against the standard's tables.
#pragma once

#include <initializer_list>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "handles.h"
#include "property.h"
#include "property_table.h"

namespace focuspuller::host {

using Value = std::variant<int, double, std::string, void*>;  // in the order of Type

// Who holds the set, which decides what a plug-in may write.
enum class Holder { host, descriptor, instance, in, out };

class PropertySet : public Object {
 public:
  static constexpr Kind handleKind = Kind::propertySet;

  // The schema must outlive the set; the tables' are static.
  PropertySet(Host* host, std::string what, const Schema& schema, Holder holder);

  // For the host itself: no check but that the name is in the schema.
  void set(const std::string& name, std::vector<Value> values);
  void setInt(const std::string& name, std::initializer_list<int> values);
  void setDouble(const std::string& name, std::initializer_list<double> values);
  void setText(const std::string& name, const std::vector<std::string>& values);
  void setPointer(const std::string& name, void* value);
  void hide(const std::string& name);
  void copyFrom(const PropertySet& other);
  void addProperty(const Property& property);

  int integer(const std::string& name, int index = 0) const;
  double number(const std::string& name, int index = 0) const;
  std::string text(const std::string& name, int index = 0) const;
  void* pointer(const std::string& name) const;
  std::vector<double> numbers(const std::string& name) const;  // integers too
  std::vector<std::string> texts(const std::string& name) const;
  bool has(const std::string& name) const;      // known and given by the host
  bool written(const std::string& name) const;  // set by the plug-in

  // What the property suite does for a plug-in, checked.
  OfxStatus write(const char* function, const char* name, int index, Value value);
  OfxStatus writeAll(const char* function, const char* name, std::vector<Value> values);
  OfxStatus read(const char* function, const char* name, int index, Type type, Value& value, char** text) const;
  OfxStatus count(const char* function, const char* name, int& size) const;
  OfxStatus reset(const char* function, const char* name);

 private:
  const Property* lookUp(const char* function, const char* name) const;
  bool mayWrite(const char* function, const Property& property) const;
  bool acceptable(const char* function, const Property& property, const Value& value) const;
  void complain(const char* function, const char* name, const std::string& sentence) const;
  std::vector<Value> initial(const Property& property) const;

  const Property* find(std::string_view name) const;

  const Schema& schema_;
  Schema added_;
  Holder holder_;
  mutable std::mutex mutex_;
  std::map<std::string, std::vector<Value>, std::less<>> values_;
  std::map<std::string, bool, std::less<>> written_;
};

bool validUtf8(const std::string& text);

}  // namespace focuspuller::host
