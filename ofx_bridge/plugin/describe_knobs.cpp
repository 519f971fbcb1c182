// SPDX-License-Identifier: Apache-2.0
#include "describe_knobs.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <set>

#include "host_quirks.h"

namespace focuspuller {
namespace {

using Type = KnobDeclaration::Type;

// Resolve holds a position inside (-1, 1) unless it has a range and a display range.
constexpr double kFarthest = 1e6, kFarthestShown = 10000;

const char* parameterType(Type type) {
  switch (type) {
    case Type::number:
      return kOfxParamTypeDouble;
    case Type::integer:
      return kOfxParamTypeInteger;
    case Type::boolean:
      return kOfxParamTypeBoolean;
    case Type::choice:
      return kOfxParamTypeChoice;
    case Type::position:
      return kOfxParamTypeDouble2D;
    case Type::string:
    case Type::file:
      return kOfxParamTypeString;
    case Type::button:
      return kOfxParamTypePushButton;
  }
  return kOfxParamTypeDouble;
}

// Script names of groups and pages: a word that no knob is called.
std::string scriptName(const char* prefix, const std::string& label) {
  std::string name = prefix;
  for (const char c : label)
    if (std::isalnum(static_cast<unsigned char>(c))) name += c;
  return name;
}

void setLabels(const Properties& properties, const std::string& label) {
  properties.set(kOfxPropLabel, label);
  properties.set(kOfxPropShortLabel, label);
  properties.set(kOfxPropLongLabel, label);
}

Properties define(OfxParamSetHandle parameters, const char* type, const std::string& name, const std::string& label) {
  OfxPropertySetHandle handle = nullptr;
  if (suites().parameter->paramDefine(parameters, type, name.c_str(), &handle) != kOfxStatOK) return Properties();
  const Properties properties(handle);
  setLabels(properties, label);
  properties.set(kOfxParamPropScriptName, name);
  return properties;
}

// Items have no tooltips of their own in OpenFX.
std::string fullHint(const KnobDeclaration& knob) {
  std::string hint = knob.hint;
  for (size_t i = 0; i < knob.itemHints.size(); ++i) hint += "\n" + knob.items[i] + ": " + knob.itemHints[i];
  return hint;
}

void describeNumber(const Properties& properties, const KnobDeclaration& knob) {
  properties.set(kOfxParamPropDefault, knob.defaults[0]);
  properties.set(kOfxParamPropMin, knob.minimum);
  properties.set(kOfxParamPropMax, knob.maximum);
  properties.set(kOfxParamPropDisplayMin, knob.displayMinimum);
  properties.set(kOfxParamPropDisplayMax, knob.displayMaximum);
  properties.set(kOfxParamPropDoubleType, knob.unit == "degrees" ? kOfxParamDoubleTypeAngle : kOfxParamDoubleTypePlain);
  properties.set(kOfxParamPropDigits, knob.digits);
  double increment = 1;
  for (int i = 0; i < std::min(knob.digits, 2); ++i) increment /= 10;
  properties.set(kOfxParamPropIncrement, increment);
}

void describeInteger(const Properties& properties, const KnobDeclaration& knob) {
  properties.set(kOfxParamPropDefault, static_cast<int>(knob.defaults[0]));
  properties.set(kOfxParamPropMin, static_cast<int>(knob.minimum));
  properties.set(kOfxParamPropMax, static_cast<int>(knob.maximum));
  properties.set(kOfxParamPropDisplayMin, static_cast<int>(knob.displayMinimum));
  properties.set(kOfxParamPropDisplayMax, static_cast<int>(knob.displayMaximum));
}

void describeChoice(const Properties& properties, const KnobDeclaration& knob) {
  int chosen = static_cast<int>(knob.defaults[0]);
  for (size_t i = 0; i < knob.items.size(); ++i) {
    properties.set(kOfxParamPropChoiceOption, knob.items[i], static_cast<int>(i));
    if (knob.name == kInputTransfer && knob.items[i] == hostFacts().inputTransfer) chosen = static_cast<int>(i);
  }
  properties.set(kOfxParamPropDefault, chosen);
}

// The default is a fraction of the frame. Nuke assumes that of every position, the standard of none: say it. Where a
// host knows nothing of this, Effect puts the point into its place.
void describePosition(const Properties& properties, const KnobDeclaration& knob) {
  properties.set(kOfxParamPropDoubleType, kOfxParamDoubleTypeXYAbsolute);
  properties.set(kOfxParamPropDefaultCoordinateSystem, kOfxParamCoordinatesNormalised);
  properties.set(kOfxParamPropDefault, {knob.defaults[0], knob.defaults[1]});
  properties.set(kOfxParamPropMin, {-kFarthest, -kFarthest});
  properties.set(kOfxParamPropMax, {kFarthest, kFarthest});
  properties.set(kOfxParamPropDisplayMin, {-kFarthestShown, -kFarthestShown});
  properties.set(kOfxParamPropDisplayMax, {kFarthestShown, kFarthestShown});
  properties.set(kOfxParamPropUseHostOverlayHandle, 1);
}

void describeText(const Properties& properties, const KnobDeclaration& knob) {
  properties.set(kOfxParamPropDefault, knob.defaultText);
  properties.set(kOfxParamPropStringMode,
                 knob.type == Type::file ? kOfxParamStringIsFilePath : kOfxParamStringIsSingleLine);
  if (knob.type == Type::file) properties.set(kOfxParamPropStringFilePathExists, knob.mustExist);
}

void describeKnob(OfxParamSetHandle parameters, const KnobDeclaration& knob, const std::string& group) {
  const Properties properties = define(parameters, parameterType(knob.type), knob.name, knob.label);
  properties.set(kOfxParamPropHint, fullHint(knob));
  if (knob.hidden) properties.set(kOfxParamPropSecret, 1);
  if (!group.empty()) properties.set(kOfxParamPropParent, group);
  if (knob.type == Type::button) return;
  const bool animates = knob.animates && (knob.type != Type::boolean ||
                                          hostProperties().integer(kOfxParamHostPropSupportsBooleanAnimation));
  properties.set(kOfxParamPropAnimates, animates);
  switch (knob.type) {
    case Type::number:
      return describeNumber(properties, knob);
    case Type::integer:
      return describeInteger(properties, knob);
    case Type::boolean:
      properties.set(kOfxParamPropDefault, static_cast<int>(knob.defaults[0]));
      return;
    case Type::choice:
      return describeChoice(properties, knob);
    case Type::position:
      return describePosition(properties, knob);
    case Type::string:
    case Type::file:
      return describeText(properties, knob);
    case Type::button:
      return;
  }
}

}  // namespace

void describeKnobs(OfxParamSetHandle parameters, const Properties& effect, const NodeDeclaration& node) {
  std::vector<std::string> pages;                            // labels, in order
  std::map<std::string, std::vector<std::string>> children;  // of a page: script names
  std::set<std::string> groups;                              // script names
  for (const KnobDeclaration& knob : node.knobs) {
    if (!children.count(knob.page)) pages.push_back(knob.page);
    std::vector<std::string>& shown = children[knob.page];
    std::string group;
    if (!knob.group.empty()) {
      group = scriptName("group", knob.page + knob.group);
      if (groups.insert(group).second)
        define(parameters, kOfxParamTypeGroup, group, knob.group).set(kOfxParamPropGroupOpen, 1);
    }
    describeKnob(parameters, knob, group);
    shown.push_back(knob.name);
  }
  for (size_t i = 0; i < pages.size(); ++i) {
    const std::string name = scriptName("page", pages[i]);
    const Properties page = define(parameters, kOfxParamTypePage, name, pages[i]);
    int index = 0;
    for (const std::string& child : children[pages[i]]) page.set(kOfxParamPropPageChild, child, index++);
    effect.set(kOfxPluginPropParamPageOrder, name, static_cast<int>(i));
  }
}

}  // namespace focuspuller
