// SPDX-License-Identifier: Apache-2.0
#include "expression.h"

#include <cmath>

namespace focuspuller {
namespace {

double operate(const std::string& op, const Json::Array& arguments, const FormulaValues& values) {
  const auto argument = [&](size_t i) { return evaluate(arguments.at(i), values); };
  const auto need = [&](size_t count) {
    if (arguments.size() != count) throw JsonError("a formula gives " + op + " a wrong number of arguments");
  };
  if (op == "if") {
    need(3);
    return argument(0) != 0 ? argument(1) : argument(2);
  }
  if (op == "abs" || op == "ceil" || op == "not") {
    need(1);
    const double a = argument(0);
    return op == "abs" ? std::abs(a) : op == "ceil" ? std::ceil(a) : static_cast<double>(a == 0);
  }
  need(2);
  const double a = argument(0);
  const double b = argument(1);
  if (op == "add") return a + b;
  if (op == "sub") return a - b;
  if (op == "mul") return a * b;
  if (op == "div") return b != 0 ? a / b : 0;
  if (op == "min") return b < a ? b : a;
  if (op == "max") return b > a ? b : a;
  if (op == "lt") return a < b;
  if (op == "le") return a <= b;
  if (op == "eq") return a == b;
  if (op == "and") return a != 0 && b != 0;
  if (op == "or") return a != 0 || b != 0;
  throw JsonError("a formula uses the unknown operator " + op);
}

}  // namespace

double evaluate(const Json& formula, const FormulaValues& values) {
  if (formula.type() == Json::Type::number) return formula.number();
  if (formula.has("knob")) {
    const Json& component = formula.at("component");
    return values.knob(formula.at("knob").string(), component.isNull() ? 0 : component.integer());
  }
  if (formula.has("connected")) return values.connected(formula.at("connected").string());
  return operate(formula.at("op").string(), formula.at("args").array(), values);
}

}  // namespace focuspuller
