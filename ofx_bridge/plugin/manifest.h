// SPDX-License-Identifier: Apache-2.0
// What nodes.json declares, checked once when the binary is loaded. Fields as in nodes/vocabulary.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "json.h"

namespace focuspuller {

inline constexpr char kInputTransfer[] = "inputTransfer";  // the choice knob every node has, see transfer.h

struct ClipDeclaration {
  std::string name;
  std::string hint;
  bool optional = false;
  std::string role;  // "colour", "data" or "matte"
  std::vector<std::string> components;
  bool temporal = false;
  std::optional<bool> premultiplied;
};

struct KnobDeclaration {
  enum class Type { number, integer, boolean, choice, position, string, file, button };

  std::string name, label, hint, page;
  std::string group;  // empty: none
  Type type = Type::number;
  bool animates = false;
  bool hidden = false;
  Json enabled;  // formula; null: always
  double defaults[2] = {0, 0};
  double minimum = 0, maximum = 0, displayMinimum = 0, displayMaximum = 0;
  int digits = 3;
  std::string unit;
  std::string defaultText;
  std::vector<std::string> items, itemHints;
  bool mustExist = false;
};

struct NodeDeclaration {
  std::string id, name, label, description, module;
  int version[2] = {1, 0};
  std::vector<ClipDeclaration> clips;
  std::vector<KnobDeclaration> knobs;
  std::string outputComponents;  // empty: Source's own
  Json outputIsData;             // formula
  Json grow[2], reach[2];        // formulas, px of the full resolution
  std::vector<std::string> points;
  double pointRadius = 0;
  Json identityWhen;  // formula; null: never
  std::string identityClip;
  Json framesNeeded[2];  // formulas
  bool tiles = true;

  bool temporal() const;
  bool hasPositions() const;
  // Index of the knob, -1 where there is none.
  int knobIndex(const std::string& name) const;
};

struct Manifest {
  std::string version;  // the project's
  std::vector<NodeDeclaration> nodes;
};

// Throws JsonError that names the file and what is wrong with it.
Manifest readManifest(const std::string& path);

}  // namespace focuspuller
