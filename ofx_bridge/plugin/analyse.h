// SPDX-License-Identifier: Apache-2.0
// Push buttons: a walk along the clip whose result becomes keyframes.
#pragma once

#include "effect.h"

namespace focuspuller {

// in: the arguments of instanceChanged. Blocks until the analysis has ended, the artist watching its progress.
OfxStatus pressButton(Effect& effect, const KnobDeclaration& button, const Properties& in);

}  // namespace focuspuller
