// SPDX-License-Identifier: Apache-2.0
// JSON values: enough for the manifest, the bundle's configuration and the worker's messages. UTF-8, no comments.
#pragma once

#include <cstddef>
#include <map>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace focuspuller {

struct JsonError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class Json {
 public:
  enum class Type { null, boolean, number, string, array, object };
  using Array = std::vector<Json>;
  using Object = std::map<std::string, Json>;

  Json() = default;
  Json(std::nullptr_t) {}
  Json(bool value) : type_(Type::boolean), number_(value) {}
  Json(int value) : type_(Type::number), whole_(true), number_(value) {}
  Json(unsigned value) : type_(Type::number), whole_(true), number_(value) {}
  Json(long long value) : type_(Type::number), whole_(true), number_(static_cast<double>(value)) {}
  Json(double value) : type_(Type::number), number_(value) {}
  Json(const char* value) : type_(Type::string), string_(value) {}
  Json(std::string value) : type_(Type::string), string_(std::move(value)) {}
  Json(Array value) : type_(Type::array), array_(std::move(value)) {}
  Json(Object value) : type_(Type::object), object_(std::move(value)) {}

  // Throws JsonError that names line and column. `name` (a file) leads the message.
  static Json parse(const std::string& text, const std::string& name);
  // One line; NaN and infinities become null; doubles survive a round trip and keep a point (2.0, not 2), so that
  // Python reads floats where floats were meant.
  std::string dump() const;

  Type type() const { return type_; }
  bool whole() const { return whole_; }  // a number written without point or exponent
  bool isNull() const { return type_ == Type::null; }

  // Each throws JsonError when the value has another type.
  bool boolean() const;
  double number() const;
  int integer() const;
  const std::string& string() const;
  const Array& array() const;
  const Object& object() const;

  // Member of an object; a shared null where it is missing. operator[] on a null makes it an object.
  const Json& at(const std::string& key) const;
  Json& operator[](const std::string& key);
  bool has(const std::string& key) const { return !at(key).isNull(); }

 private:
  Type type_ = Type::null;
  bool whole_ = false;
  double number_ = 0;
  std::string string_;
  Array array_;
  Object object_;
};

}  // namespace focuspuller
