// SPDX-License-Identifier: Apache-2.0
// Everything a host asks before it renders: regions, frames, clip preferences, identity. Formulas only, never the
// worker.
#pragma once

#include "effect.h"

namespace focuspuller {

OfxStatus regionOfDefinition(const Effect& effect, const Properties& in, const Properties& out);
OfxStatus regionsOfInterest(const Effect& effect, const Properties& in, const Properties& out);
OfxStatus framesNeeded(const Effect& effect, const Properties& in, const Properties& out);
OfxStatus clipPreferences(const Effect& effect, const Properties& out);
OfxStatus isIdentity(const Effect& effect, const Properties& in, const Properties& out);

// What of `clip` is needed to render `window` (canonical) at `time`.
OfxRectD regionOfInterest(const Effect& effect, const ClipInstance& clip, const OfxRectD& window, OfxTime time,
                          const PixelGrid& grid, const std::vector<KnobValue>& values);

// The frames of a clip that a render at `time` reads: whole steps from time + first to time + last; {time} for most.
std::vector<OfxTime> timesNeeded(const Effect& effect, const ClipInstance& clip, OfxTime time,
                                 const std::vector<KnobValue>& values);

// The arguments' render scale; 1 where the host gives none, as Resolve does for thumbnails.
OfxPointD renderScale(const Properties& in);

}  // namespace focuspuller
