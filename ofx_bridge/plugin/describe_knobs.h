// SPDX-License-Identifier: Apache-2.0
// Knobs, their groups and their pages, as OpenFX parameters.
#pragma once

#include "manifest.h"
#include "suites.h"

namespace focuspuller {

// effect: the descriptor's properties, which hold the order of the pages.
void describeKnobs(OfxParamSetHandle parameters, const Properties& effect, const NodeDeclaration& node);

}  // namespace focuspuller
