// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace focuspuller {

// The bundle this binary lies in: …/FocusPuller.ofx.bundle, found without the host, which knows it only from the first
// instance on. Throws std::runtime_error.
std::string bundlePath();

}  // namespace focuspuller
