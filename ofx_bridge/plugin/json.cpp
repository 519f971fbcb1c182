// SPDX-License-Identifier: Apache-2.0
#include "json.h"

#include <cmath>
#include <cstdint>
#include <locale>
#include <sstream>

namespace focuspuller {
namespace {

constexpr int kMaximumDepth = 200;
constexpr double kExactIntegers = 9007199254740992.0;  // 2^53

const char* typeName(Json::Type type) {
  switch (type) {
    case Json::Type::null:
      return "nothing";
    case Json::Type::boolean:
      return "true or false";
    case Json::Type::number:
      return "a number";
    case Json::Type::string:
      return "text";
    case Json::Type::array:
      return "a list";
    case Json::Type::object:
      return "an object";
  }
  return "nothing";
}

void require(const Json& value, Json::Type wanted) {
  if (value.type() != wanted) {
    throw JsonError(std::string("expected ") + typeName(wanted) + ", found " + typeName(value.type()));
  }
}

void appendUtf8(std::string& text, uint32_t code) {
  if (code < 0x80) {
    text += static_cast<char>(code);
  } else if (code < 0x800) {
    text += static_cast<char>(0xC0 | (code >> 6));
    text += static_cast<char>(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    text += static_cast<char>(0xE0 | (code >> 12));
    text += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
    text += static_cast<char>(0x80 | (code & 0x3F));
  } else {
    text += static_cast<char>(0xF0 | (code >> 18));
    text += static_cast<char>(0x80 | ((code >> 12) & 0x3F));
    text += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
    text += static_cast<char>(0x80 | (code & 0x3F));
  }
}

class Parser {
 public:
  Parser(const std::string& text, const std::string& name) : text_(text), name_(name) {}

  Json document() {
    if (text_.compare(0, 3, "\xEF\xBB\xBF") == 0) at_ = 3;
    Json value = parseValue(0);
    skipSpace();
    if (at_ < text_.size()) fail("unexpected text after the end");
    return value;
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    size_t line = 1, column = 1;
    for (size_t i = 0; i < at_ && i < text_.size(); ++i) {
      column = text_[i] == '\n' ? 1 : column + 1;
      line += text_[i] == '\n';
    }
    throw JsonError(name_ + ", line " + std::to_string(line) + ", column " + std::to_string(column) + ": " + what);
  }

  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  void skipSpace() {
    while (at_ < text_.size() && (peek() == ' ' || peek() == '\t' || peek() == '\n' || peek() == '\r')) ++at_;
  }

  bool accept(char c) {
    skipSpace();
    if (peek() != c || at_ >= text_.size()) return false;
    ++at_;
    return true;
  }

  void expect(char c) {
    if (!accept(c)) fail(std::string("expected '") + c + "'");
  }

  bool acceptWord(const char* word) {
    const size_t length = std::char_traits<char>::length(word);
    if (text_.compare(at_, length, word) != 0) return false;
    at_ += length;
    return true;
  }

  Json parseValue(int depth) {
    if (depth > kMaximumDepth) fail("nested too deeply");
    skipSpace();
    switch (peek()) {
      case '{':
        return parseObject(depth);
      case '[':
        return parseArray(depth);
      case '"':
        return Json(parseString());
      default:
        if (acceptWord("true")) return Json(true);
        if (acceptWord("false")) return Json(false);
        if (acceptWord("null")) return Json();
        return parseNumber();
    }
  }

  Json parseObject(int depth) {
    expect('{');
    Json::Object object;
    if (accept('}')) return Json(std::move(object));
    do {
      skipSpace();
      if (peek() != '"') fail("expected a name in quotes");
      std::string key = parseString();
      expect(':');
      object[std::move(key)] = parseValue(depth + 1);
    } while (accept(','));
    expect('}');
    return Json(std::move(object));
  }

  Json parseArray(int depth) {
    expect('[');
    Json::Array array;
    if (accept(']')) return Json(std::move(array));
    do {
      array.push_back(parseValue(depth + 1));
    } while (accept(','));
    expect(']');
    return Json(std::move(array));
  }

  bool digits() {
    const size_t first = at_;
    while (peek() >= '0' && peek() <= '9') ++at_;
    return at_ > first;
  }

  Json parseNumber() {
    const size_t first = at_;
    if (peek() == '-') ++at_;
    const bool leadingZero = peek() == '0';
    if (!digits()) fail("expected a value");
    const size_t wholeDigits = at_ - first - (text_[first] == '-');
    if (leadingZero && wholeDigits > 1) fail("a number has leading zeros");
    bool whole = true;
    if (peek() == '.') {
      whole = false;
      ++at_;
      if (!digits()) fail("expected digits after the point");
    }
    if (peek() == 'e' || peek() == 'E') {
      whole = false;
      ++at_;
      if (peek() == '+' || peek() == '-') ++at_;
      if (!digits()) fail("expected digits in the exponent");
    }
    std::istringstream stream(text_.substr(first, at_ - first));
    stream.imbue(std::locale::classic());  // a host may have set a locale with a decimal comma
    double value = 0;
    stream >> value;
    return whole && std::abs(value) < kExactIntegers ? Json(static_cast<long long>(value)) : Json(value);
  }

  uint32_t parseHex4() {
    uint32_t code = 0;
    for (int i = 0; i < 4; ++i, ++at_) {
      const char c = peek();
      code <<= 4;
      if (c >= '0' && c <= '9') {
        code |= static_cast<uint32_t>(c - '0');
      } else if (c >= 'a' && c <= 'f') {
        code |= static_cast<uint32_t>(c - 'a' + 10);
      } else if (c >= 'A' && c <= 'F') {
        code |= static_cast<uint32_t>(c - 'A' + 10);
      } else {
        fail("expected four hexadecimal digits after \\u");
      }
    }
    return code;
  }

  void parseEscape(std::string& text) {
    switch (text_[at_++]) {
      case '"':
        text += '"';
        break;
      case '\\':
        text += '\\';
        break;
      case '/':
        text += '/';
        break;
      case 'b':
        text += '\b';
        break;
      case 'f':
        text += '\f';
        break;
      case 'n':
        text += '\n';
        break;
      case 'r':
        text += '\r';
        break;
      case 't':
        text += '\t';
        break;
      case 'u': {
        uint32_t code = parseHex4();
        if (code >= 0xD800 && code < 0xDC00 && acceptWord("\\u")) {
          const uint32_t low = parseHex4();
          if (low < 0xDC00 || low > 0xDFFF) fail("a surrogate pair is broken");
          code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
        }
        appendUtf8(text, code);
        break;
      }
      default:
        --at_;
        fail("unknown escape");
    }
  }

  std::string parseString() {
    ++at_;  // the opening quote
    std::string text;
    while (true) {
      if (at_ >= text_.size()) fail("text without a closing quote");
      const char c = text_[at_];
      if (static_cast<unsigned char>(c) < 0x20) fail("a control character inside text");
      ++at_;
      if (c == '"') return text;
      if (c != '\\') {
        text += c;
      } else {
        if (at_ >= text_.size()) fail("text without a closing quote");
        parseEscape(text);
      }
    }
  }

  const std::string& text_;
  const std::string& name_;
  size_t at_ = 0;
};

void dumpString(const std::string& text, std::string& out) {
  static const char* const kHex = "0123456789abcdef";
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += "\\u00";
      out += kHex[(c >> 4) & 0xF];
      out += kHex[c & 0xF];
    } else {
      out += c;
    }
  }
  out += '"';
}

void dumpNumber(double value, bool whole, std::string& out) {
  if (!std::isfinite(value)) {
    out += "null";
  } else if (whole && std::abs(value) < kExactIntegers) {
    out += std::to_string(static_cast<long long>(value));
  } else {
    std::ostringstream stream;
    stream.imbue(std::locale::classic());
    stream.precision(17);
    stream << value;
    const std::string digits = stream.str();
    out += digits;
    if (digits.find_first_of(".e") == std::string::npos) out += ".0";
  }
}

void dumpValue(const Json& value, std::string& out) {
  switch (value.type()) {
    case Json::Type::null:
      out += "null";
      break;
    case Json::Type::boolean:
      out += value.boolean() ? "true" : "false";
      break;
    case Json::Type::number:
      dumpNumber(value.number(), value.whole(), out);
      break;
    case Json::Type::string:
      dumpString(value.string(), out);
      break;
    case Json::Type::array: {
      out += '[';
      bool first = true;
      for (const Json& item : value.array()) {
        if (!first) out += ',';
        first = false;
        dumpValue(item, out);
      }
      out += ']';
      break;
    }
    case Json::Type::object: {
      out += '{';
      bool first = true;
      for (const auto& [key, item] : value.object()) {
        if (!first) out += ',';
        first = false;
        dumpString(key, out);
        out += ':';
        dumpValue(item, out);
      }
      out += '}';
      break;
    }
  }
}

}  // namespace

Json Json::parse(const std::string& text, const std::string& name) { return Parser(text, name).document(); }

std::string Json::dump() const {
  std::string out;
  dumpValue(*this, out);
  return out;
}

bool Json::boolean() const {
  require(*this, Type::boolean);
  return number_ != 0;
}

double Json::number() const {
  require(*this, Type::number);
  return number_;
}

int Json::integer() const {
  const double value = number();
  if (value != std::floor(value) || std::abs(value) > 2147483647.0) throw JsonError("expected a whole number");
  return static_cast<int>(value);
}

const std::string& Json::string() const {
  require(*this, Type::string);
  return string_;
}

const Json::Array& Json::array() const {
  require(*this, Type::array);
  return array_;
}

const Json::Object& Json::object() const {
  require(*this, Type::object);
  return object_;
}

const Json& Json::at(const std::string& key) const {
  static const Json missing;
  const auto found = object().find(key);
  return found == object_.end() ? missing : found->second;
}

Json& Json::operator[](const std::string& key) {
  if (isNull()) type_ = Type::object;
  require(*this, Type::object);
  return object_[key];
}

}  // namespace focuspuller
