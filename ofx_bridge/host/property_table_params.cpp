// SPDX-License-Identifier: Apache-2.0
// Parameters. Source: OpenFX 1.5 reference, "Properties on parameter descriptors and instances".
#include <cstring>

#include "property_table.h"

namespace focuspuller::host {
namespace {

constexpr auto I = Type::integer;
constexpr auto D = Type::number;
constexpr auto S = Type::text;
constexpr auto P = Type::pointer;
constexpr auto host = Write::never;
constexpr auto describe = Write::descriptor;
constexpr auto always = Write::always;

const ParamType kTypes[] = {
    {"OfxParamTypeInteger", I, 1}, {"OfxParamTypeInteger2D", I, 2},  {"OfxParamTypeInteger3D", I, 3},
    {"OfxParamTypeDouble", D, 1},  {"OfxParamTypeDouble2D", D, 2},   {"OfxParamTypeDouble3D", D, 3},
    {"OfxParamTypeRGB", D, 3},     {"OfxParamTypeRGBA", D, 4},       {"OfxParamTypeBoolean", I, 1},
    {"OfxParamTypeChoice", I, 1},  {"OfxParamTypeString", S, 1},     {"OfxParamTypeGroup", I, 0},
    {"OfxParamTypePage", I, 0},    {"OfxParamTypePushButton", I, 0},
};
const char* const kUnsupported[] = {"OfxParamTypeCustom", "OfxParamTypeParametric", "OfxParamTypeStrChoice",
                                    "OfxParamTypeBytes"};

void add(Schema& schema, const std::vector<Property>& properties) {
  for (const Property& property : properties) schema.emplace(property.name, property);
}

Schema schemaOf(const ParamType& type) {
  const std::string name = type.name;
  const int count = type.dimension;
  const bool isChoice = name == "OfxParamTypeChoice";
  const bool isString = name == "OfxParamTypeString";
  const bool isColour = name == "OfxParamTypeRGB" || name == "OfxParamTypeRGBA";
  const bool isDouble = name.rfind("OfxParamTypeDouble", 0) == 0;
  const bool isNumeric = isDouble || isColour || name.rfind("OfxParamTypeInteger", 0) == 0;

  Schema schema;
  add(schema, {
                  {"OfxPropType", S, 1, host, "OfxTypeParameter"},
                  {"OfxPropName", S, 1, describe},
                  {"OfxPropLabel", S, 1, always},
                  {"OfxPropShortLabel", S, 1, always},
                  {"OfxPropLongLabel", S, 1, always},
                  {"OfxPropIcon", S, 2, describe},
                  {"OfxParamPropType", S, 1, host, name},
                  {"OfxParamPropSecret", I, 1, always, "0", "0|1"},
                  {"OfxParamPropHint", S, 1, always},
                  {"OfxParamPropScriptName", S, 1, describe},
                  {"OfxParamPropParent", S, 1, describe},
                  {"OfxParamPropEnabled", I, 1, always, "1", "0|1"},
                  {"OfxParamPropDataPtr", P, 1, always},
              });
  if (name == "OfxParamTypeGroup") {
    add(schema, {{"OfxParamPropGroupOpen", I, 1, describe, "1", "0|1"}});
    return schema;
  }
  if (name == "OfxParamTypePage") {
    add(schema, {{"OfxParamPropPageChild", S, 0, describe}});
    return schema;
  }
  add(schema, {
                  {"OfxParamPropInteractV1", P, 1, describe},
                  {"OfxParamPropInteractSize", D, 2, describe},
                  {"OfxParamPropInteractSizeAspect", D, 1, describe, "1"},
                  {"OfxParamPropInteractMinimumSize", D, 2, describe, "10|10"},
                  {"OfxParamPropInteractPreferedSize", I, 2, describe, "10|10"},
                  {"OfxParamPropHasHostOverlayHandle", I, 1, host},
                  {"kOfxParamPropUseHostOverlayHandle", I, 1, describe, "0", "0|1"},
              });
  if (name == "OfxParamTypePushButton") {
    // The standard's value properties do not apply, but it lists these for all that the user can change.
    add(schema, {{"OfxParamPropEvaluateOnChange", I, 1, always, "1", "0|1"}});
    return schema;
  }
  add(schema, {
                  {"OfxParamPropDefault", type.type, count, describe},
                  {"OfxParamPropAnimates", I, 1, describe, isNumeric ? "1" : "0", "0|1"},
                  {"OfxParamPropIsAnimating", I, 1, host, "0"},
                  {"OfxParamPropIsAutoKeying", I, 1, host, "0"},
                  {"OfxParamPropPersistant", I, 1, describe, "1", "0|1"},
                  {"OfxParamPropEvaluateOnChange", I, 1, always, "1", "0|1"},
                  {"OfxParamPropPluginMayWrite", I, 1, describe, "0", "0|1"},
                  {"OfxParamPropCanUndo", I, 1, describe, "1", "0|1"},
                  {"OfxParamPropCacheInvalidation", S, 1, describe, "OfxParamInvalidateValueChange",
                   "OfxParamInvalidateValueChange|OfxParamInvalidateValueChangeToEnd|OfxParamInvalidateAll"},
              });
  if (isNumeric || isString) {
    add(schema, {
                    {"OfxParamPropMin", type.type, count, always},
                    {"OfxParamPropMax", type.type, count, always},
                    {"OfxParamPropDisplayMin", type.type, count, always},
                    {"OfxParamPropDisplayMax", type.type, count, always},
                });
  }
  if (isDouble || isColour) {
    add(schema, {
                    {"OfxParamPropIncrement", D, 1, always, "1"},
                    {"OfxParamPropDigits", I, 1, always, "2"},
                });
  }
  if (isDouble) {
    std::string kinds =
        "OfxParamDoubleTypePlain|OfxParamDoubleTypeAngle|OfxParamDoubleTypeScale|"
        "OfxParamDoubleTypeXY|OfxParamDoubleTypeXYAbsolute";
    if (count == 1) {
      kinds +=
          "|OfxParamDoubleTypeTime|OfxParamDoubleTypeAbsoluteTime|OfxParamDoubleTypeX|OfxParamDoubleTypeY|"
          "OfxParamDoubleTypeXAbsolute|OfxParamDoubleTypeYAbsolute";
      add(schema, {{"OfxParamPropShowTimeMarker", I, 1, always, "0", "0|1"}});
    }
    add(schema, {
                    {"OfxParamPropDoubleType", S, 1, describe, "OfxParamDoubleTypePlain", kinds},
                    {"OfxParamPropDefaultCoordinateSystem", S, 1, describe, "OfxParamCoordinatesCanonical",
                     "OfxParamCoordinatesCanonical|OfxParamCoordinatesNormalised"},
                });
  }
  if (isNumeric && count > 1) add(schema, {{"OfxParamPropDimensionLabel", S, count, describe}});
  if (isString) {
    add(schema, {
                    {"OfxParamPropStringMode", S, 1, describe, "OfxParamStringIsSingleLine",
                     "OfxParamStringIsSingleLine|OfxParamStringIsMultiLine|OfxParamStringIsFilePath|"
                     "OfxParamStringIsDirectoryPath|OfxParamStringIsLabel|OfxParamStringIsRichTextFormat"},
                    {"OfxParamPropStringFilePathExists", I, 1, describe, "1", "0|1"},
                });
  }
  if (isChoice) {
    add(schema, {
                    {"OfxParamPropChoiceOption", S, 0, always},
                    {"OfxParamPropChoiceOrder", I, 0, always},
                });
  }
  return schema;
}

}  // namespace

const ParamType* paramType(const std::string& name) {
  for (const ParamType& type : kTypes) {
    if (name == type.name) return &type;
  }
  return nullptr;
}

bool knownParamType(const std::string& name) {
  for (const char* type : kUnsupported) {
    if (name == type) return true;
  }
  return paramType(name) != nullptr;
}

const Schema& paramSchema(const ParamType& type) {
  static const std::map<std::string, Schema> schemas = [] {
    std::map<std::string, Schema> all;
    for (const ParamType& each : kTypes) all.emplace(each.name, schemaOf(each));
    return all;
  }();
  return schemas.at(type.name);
}

}  // namespace focuspuller::host
