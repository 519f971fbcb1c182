// SPDX-License-Identifier: Apache-2.0
// OpenFX 1.5 colour management, where the host offers it: light is asked for scene-linear, depth raw.
#pragma once

#include "effect.h"

namespace focuspuller {

void describeColourManagement(const Properties& descriptor);

// Adds the wanted colour spaces to the out arguments of getClipPreferences.
void preferColourSpaces(const Effect& effect, const Properties& outArgs);

// kOfxImageEffectActionGetOutputColourspace.
OfxStatus outputColourSpace(const Effect& effect, const Properties& outArgs);

}  // namespace focuspuller
