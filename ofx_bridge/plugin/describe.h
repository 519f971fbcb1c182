// SPDX-License-Identifier: Apache-2.0
// What the host is told about a node before any instance exists.
#pragma once

#include <string>

#include "manifest.h"
#include "suites.h"

namespace focuspuller {

OfxStatus describe(OfxImageEffectHandle descriptor, const NodeDeclaration& node, const std::string& projectVersion);

OfxStatus describeInContext(OfxImageEffectHandle descriptor, const NodeDeclaration& node, const std::string& context);

// OpenFX's name of "RGBA", "RGB" or "Alpha".
std::string componentsName(const std::string& components);

}  // namespace focuspuller
