// SPDX-License-Identifier: Apache-2.0
#include "manifest.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>

namespace focuspuller {
namespace {

constexpr int kManifestVersion = 1;

std::vector<std::string> strings(const Json& array) {
  std::vector<std::string> result;
  for (const Json& item : array.array()) result.push_back(item.string());
  return result;
}

ClipDeclaration readClip(const Json& json) {
  ClipDeclaration clip;
  clip.name = json.at("name").string();
  clip.hint = json.at("hint").string();
  clip.optional = json.at("optional").boolean();
  clip.role = json.at("role").string();
  clip.components = strings(json.at("components"));
  clip.temporal = json.at("temporal").boolean();
  if (json.has("premultiplied")) clip.premultiplied = json.at("premultiplied").boolean();
  return clip;
}

KnobDeclaration::Type knobType(const std::string& name) {
  using Type = KnobDeclaration::Type;
  static const std::map<std::string, Type> types = {
      {"double", Type::number},     {"int", Type::integer},   {"boolean", Type::boolean}, {"choice", Type::choice},
      {"position", Type::position}, {"string", Type::string}, {"file", Type::file},       {"button", Type::button}};
  const auto found = types.find(name);
  if (found == types.end()) throw JsonError("there is no knob type " + name);
  return found->second;
}

KnobDeclaration readKnob(const Json& json) {
  using Type = KnobDeclaration::Type;
  KnobDeclaration knob;
  knob.name = json.at("name").string();
  knob.label = json.at("label").string();
  knob.hint = json.at("hint").string();
  knob.page = json.at("page").string();
  if (json.has("group")) knob.group = json.at("group").string();
  knob.type = knobType(json.at("type").string());
  knob.animates = json.at("animates").boolean();
  knob.hidden = json.at("hidden").boolean();
  knob.enabled = json.at("enabled");
  const Json& value = json.at("default");
  switch (knob.type) {
    case Type::number:
    case Type::integer:
      knob.defaults[0] = value.number();
      knob.minimum = json.at("min").number();
      knob.maximum = json.at("max").number();
      knob.displayMinimum = json.at("displayMin").number();
      knob.displayMaximum = json.at("displayMax").number();
      knob.unit = json.at("unit").string();
      knob.digits = json.at("digits").integer();
      break;
    case Type::boolean:
      knob.defaults[0] = value.boolean();
      break;
    case Type::choice:
      knob.defaults[0] = value.integer();
      knob.items = strings(json.at("items"));
      knob.itemHints = strings(json.at("itemHints"));
      break;
    case Type::position:
      for (int i = 0; i < 2; ++i) knob.defaults[i] = value.array().at(i).number();
      break;
    case Type::file:
      knob.mustExist = json.at("mustExist").boolean();
      [[fallthrough]];
    case Type::string:
      knob.defaultText = value.string();
      break;
    case Type::button:
      break;
  }
  return knob;
}

NodeDeclaration readNode(const Json& json) {
  NodeDeclaration node;
  node.id = json.at("id").string();
  node.name = json.at("name").string();
  node.label = json.at("label").string();
  node.description = json.at("description").string();
  node.module = json.at("module").string();
  for (int i = 0; i < 2; ++i) node.version[i] = json.at("version").array().at(i).integer();
  for (const Json& clip : json.at("clips").array()) node.clips.push_back(readClip(clip));
  for (const Json& knob : json.at("knobs").array()) node.knobs.push_back(readKnob(knob));
  if (json.has("outputComponents")) node.outputComponents = json.at("outputComponents").string();
  node.outputIsData = json.at("outputIsData");
  for (int i = 0; i < 2; ++i) node.grow[i] = json.at("grow").array().at(i);
  for (int i = 0; i < 2; ++i) node.reach[i] = json.at("reach").array().at(i);
  node.points = strings(json.at("points"));
  node.pointRadius = json.at("pointRadius").number();
  if (json.has("identity")) {
    node.identityWhen = json.at("identity").at("when");
    node.identityClip = json.at("identity").at("clip").string();
  }
  for (int i = 0; i < 2; ++i) node.framesNeeded[i] = json.at("framesNeeded").array().at(i);
  node.tiles = json.at("tiles").boolean();
  if (node.clips.empty() || node.clips[0].name != "Source") throw JsonError("its first clip is not Source");
  if (node.knobIndex(kInputTransfer) < 0) throw JsonError(std::string("it has no knob ") + kInputTransfer);
  return node;
}

}  // namespace

bool NodeDeclaration::temporal() const {
  return std::any_of(clips.begin(), clips.end(), [](const ClipDeclaration& clip) { return clip.temporal; });
}

bool NodeDeclaration::hasPositions() const {
  return std::any_of(knobs.begin(), knobs.end(),
                     [](const KnobDeclaration& knob) { return knob.type == KnobDeclaration::Type::position; });
}

int NodeDeclaration::knobIndex(const std::string& name) const {
  for (size_t i = 0; i < knobs.size(); ++i)
    if (knobs[i].name == name) return static_cast<int>(i);
  return -1;
}

Manifest readManifest(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (!file) throw JsonError(path + " cannot be read");
  const Json json = Json::parse(text, path);
  std::string where = "the manifest";
  try {
    if (const int version = json.at("manifest").integer(); version != kManifestVersion)
      throw JsonError("version " + std::to_string(version) + " is not " + std::to_string(kManifestVersion));
    Manifest manifest;
    manifest.version = json.at("version").string();
    for (const Json& node : json.at("nodes").array()) {
      where = node.at("id").string();
      manifest.nodes.push_back(readNode(node));
    }
    return manifest;
  } catch (const std::exception& error) {
    throw JsonError(path + ": " + where + ": " + error.what());
  }
}

}  // namespace focuspuller
