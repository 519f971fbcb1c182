// SPDX-License-Identifier: Apache-2.0
#include "host_quirks.h"

#include "suites.h"

namespace focuspuller {
namespace {

constexpr int kAnyMajor = 1 << 30;

// One row a fact. `name` matches the beginning of kOfxPropName: Resolve calls itself DaVinciResolve and
// DaVinciResolveLite.
struct Row {
  const char* name;
  int firstMajor, lastMajor;
  void (*apply)(HostFacts&);
  const char* reason;
};

constexpr Row kRows[] = {
    {"DaVinciResolve", 0, kAnyMajor, [](HostFacts& f) { f.inputTransfer = "gamma 2.4"; },
     "the Color and Edit pages hand out the timeline's colour space, by default Rec.709 gamma 2.4"},
    {"DaVinciResolve", 0, kAnyMajor, [](HostFacts& f) { f.persistentMessages = false; },
     "offers message suite 2 with an empty setPersistentMessage and a wild clearPersistentMessage (seen in 14)"},
    {"DaVinciResolve", 0, kAnyMajor, [](HostFacts& f) { f.everythingConnected = true; },
     "every clip says that it is connected; one that is not delivers no picture"},
    {"DaVinciResolve", 0, kAnyMajor, [](HostFacts& f) { f.scaleFromBounds = true; },
     "thumbnails are small pictures with a render scale of 1 or none; it renders no tiles, so size tells"},
    {"uk.co.thefoundry.nuke", 0, kAnyMajor, [](HostFacts& f) { f.ownOverlays = false; },
     "draws its own handle for each 2D position; on macOS our OpenGL calls crash it"},
    {"uk.co.thefoundry.nuke", 17, kAnyMajor, [](HostFacts& f) { f.colourManagement = false; },
     "17 offers OpenFX 1.5 colour management but does not hand out raw depth when asked"},
    {"MLT", 0, kAnyMajor, [](HostFacts& f) { f.inputTransfer = "Rec.709"; },
     "hands out video as it was recorded, 8 or 16 bits of Rec.709"},
    {"MLT", 0, kAnyMajor, [](HostFacts& f) { f.warningDialogues = false; },
     "prints messages to the terminal, those of type Log only where it is told to be verbose"},
    {"MLT", 0, kAnyMajor, [](HostFacts& f) { f.scaledFrames = true; },
     "with a preview scale, clips' regions and the project's size are those of the smaller picture (seen in 7.41)"},
    {"com.sonycreativesoftware.vegas", 0, kAnyMajor, [](HostFacts& f) { f.inputTransfer = "Rec.709"; },
     "an editor that works on video as it was recorded"},
    {"com.sony.Catalyst", 0, kAnyMajor, [](HostFacts& f) { f.inputTransfer = "Rec.709"; },
     "an editor that works on video as it was recorded"},
    {"com.sony.Catalyst", 0, kAnyMajor, [](HostFacts& f) { f.regionsInPixels = true; },
     "clipGetRegionOfDefinition answers in pixels of the current render scale"},
};

HostFacts theFacts;

}  // namespace

HostFacts factsAbout(const std::string& name, int major) {
  HostFacts facts;
  for (const Row& row : kRows)
    if (name.rfind(row.name, 0) == 0 && major >= row.firstMajor && major <= row.lastMajor) row.apply(facts);
  return facts;
}

const HostFacts& hostFacts() { return theFacts; }

void recogniseHost() {
  const Properties host = hostProperties();
  theFacts = factsAbout(host.string(kOfxPropName), host.integer(kOfxPropVersion));
}

}  // namespace focuspuller
