// SPDX-License-Identifier: Apache-2.0
// How hosts that work display-referred encode light, and back. Mirrored below 0, continued above 1.
#pragma once

#include <cstddef>
#include <string>

namespace focuspuller {

enum class Transfer { linear, srgb, rec709, gamma24 };

// The item of the inputTransfer knob; linear for an unknown one.
Transfer transferNamed(const std::string& item);

// In place. Infinities and NaN stay. Accurate to float precision.
void decodeTransfer(Transfer transfer, float* values, std::size_t count);  // code value → light
void encodeTransfer(Transfer transfer, float* values, std::size_t count);  // light → code value

}  // namespace focuspuller
