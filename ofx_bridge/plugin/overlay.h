// SPDX-License-Identifier: Apache-2.0
// Handles in the host's viewer for positions, where the host does not bring its own.
#pragma once

#include "manifest.h"
#include "suites.h"

namespace focuspuller {

// Registers the overlay on an effect descriptor, if the node has positions and the host wants it.
void describeOverlay(const Properties& descriptor, const NodeDeclaration& node);

}  // namespace focuspuller
