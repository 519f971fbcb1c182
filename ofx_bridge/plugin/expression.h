// SPDX-License-Identifier: Apache-2.0
// Formulas over knob values, as the manifest carries them; the twin of nodes/vocabulary/expressions.py.
#pragma once

#include <functional>
#include <string>

#include "json.h"

namespace focuspuller {

// What a formula reads. knob: a double, int, boolean or choice index; component 0 or 1 of a position (canonical).
struct FormulaValues {
  std::function<double(const std::string& knob, int component)> knob;
  std::function<bool(const std::string& clip)> connected;
};

// The formula's value: booleans are 1 and 0, x / 0 is 0. Throws JsonError for what is no formula.
double evaluate(const Json& formula, const FormulaValues& values);

}  // namespace focuspuller
