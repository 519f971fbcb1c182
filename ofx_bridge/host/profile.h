// SPDX-License-Identifier: Apache-2.0
// What the host imitates: the part of a Python `Profile` that the C++ side needs. profile.py explains each field.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace focuspuller::host {

struct Profile {
  std::string name;
  std::string label;
  std::vector<int> version;
  std::vector<std::string> contexts;    // OpenFX names
  std::vector<std::string> components;  // OpenFX names, the preferred one first
  std::string depth;                    // OpenFX name
  std::string transfer = "linear";      // of the pictures handed to plug-ins
  std::vector<std::pair<std::string, int>> missingSuites;
  std::vector<std::string> missingProperties;  // of the host's own property set
  bool negativeRowBytes = true;
  int rowPadding = 0;  // bytes after each row
  int tile = 0;        // px; 0 = one render action a frame
  bool singleClip = false;
  bool scaledFrames = false;
  bool thumbnailWithoutScale = false;
  bool normalisedDefaults = false;
  bool unknownChanges = false;
  bool colourManagement = false;
  bool allConnected = false;
  bool fielded = false;
  bool multiResolution = true;
  bool tiles = true;
  bool animatesEverything = true;
  bool temporalAccess = true;
  bool overlays = true;
  bool background = true;
  bool rangesRequired = false;
  bool poison = false;
};

}  // namespace focuspuller::host
