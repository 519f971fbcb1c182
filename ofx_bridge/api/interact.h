// SPDX-License-Identifier: Apache-2.0
// OpenFX interact suite, version 1: overlays drawn in the host's viewer.
#pragma once

#include "property.h"

using OfxInteractHandle = struct OfxInteract*;

struct OfxInteractSuiteV1 {
  OfxStatus (*interactSwapBuffers)(OfxInteractHandle);
  OfxStatus (*interactRedraw)(OfxInteractHandle);
  OfxStatus (*interactGetPropertySet)(OfxInteractHandle, OfxPropertySetHandle* properties);
};

inline constexpr char kOfxInteractSuite[] = "OfxInteractSuite";
inline constexpr char kOfxInteractPropSlaveToParam[] = "OfxInteractPropSlaveToParam";
inline constexpr char kOfxInteractPropPixelScale[] = "OfxInteractPropPixelScale";
inline constexpr char kOfxInteractPropSuggestedColour[] = "OfxInteractPropSuggestedColour";
inline constexpr char kOfxInteractPropPenPosition[] = "OfxInteractPropPenPosition";
inline constexpr char kOfxInteractPropPenViewportPosition[] = "OfxInteractPropPenViewportPosition";
inline constexpr char kOfxInteractPropPenPressure[] = "OfxInteractPropPenPressure";
inline constexpr char kOfxInteractActionDraw[] = "OfxInteractActionDraw";
inline constexpr char kOfxInteractActionPenMotion[] = "OfxInteractActionPenMotion";
inline constexpr char kOfxInteractActionPenDown[] = "OfxInteractActionPenDown";
inline constexpr char kOfxInteractActionPenUp[] = "OfxInteractActionPenUp";
inline constexpr char kOfxInteractActionGainFocus[] = "OfxInteractActionGainFocus";
inline constexpr char kOfxInteractActionLoseFocus[] = "OfxInteractActionLoseFocus";
