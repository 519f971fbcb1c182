// SPDX-License-Identifier: Apache-2.0
// One frame: the host's images and knobs go to the worker, its pixels into the host's output.
#pragma once

#include "effect.h"

namespace focuspuller {

OfxStatus render(Effect& effect, const Properties& in);

}  // namespace focuspuller
