// SPDX-License-Identifier: Apache-2.0
// What hosts do that the standard does not say. Everything host-specific is decided here.
#pragma once

#include <string>

namespace focuspuller {

struct HostFacts {
  std::string inputTransfer = "linear";  // default of the inputTransfer knob
  bool persistentMessages = true;        // setPersistentMessage and clearPersistentMessage can be called
  bool warningDialogues = true;          // a message of type Warning stops the artist with a dialogue
  bool everythingConnected = false;      // clips say they are connected when they are not
  bool regionsInPixels = false;          // clipGetRegionOfDefinition answers in pixels of the render scale
  bool scaledFrames = false;             // clips' regions and the project's size shrink with the render scale
  bool scaleFromBounds = false;          // the render scale is what the image's size says, not the arguments
  bool ownOverlays = true;               // our handles are wanted, and can be drawn
  bool colourManagement = true;          // OpenFX 1.5 colour spaces can be asked for
};

// The facts about one host. name, major: its kOfxPropName and the first number of its kOfxPropVersion.
HostFacts factsAbout(const std::string& name, int major);

// The facts about the host we are in, looked up when the plug-in is loaded.
const HostFacts& hostFacts();
void recogniseHost();

}  // namespace focuspuller
