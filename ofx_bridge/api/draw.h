// SPDX-License-Identifier: Apache-2.0
// OpenFX 1.5 draw suite: overlays without a graphics library.
#pragma once

#include "core.h"

using OfxDrawContextHandle = struct OfxDrawContext*;

struct OfxRGBAColourF {
  float r, g, b, a;
};

enum OfxStandardColour : unsigned {
  kOfxStandardColourOverlayBackground,
  kOfxStandardColourOverlayActive,
  kOfxStandardColourOverlaySelected,
  kOfxStandardColourOverlayDeselected,
  kOfxStandardColourOverlayMarqueeFG,
  kOfxStandardColourOverlayMarqueeBG,
  kOfxStandardColourOverlayText
};

enum OfxDrawLineStipplePattern : unsigned {
  kOfxDrawLineStipplePatternSolid,
  kOfxDrawLineStipplePatternDot,
  kOfxDrawLineStipplePatternDash,
  kOfxDrawLineStipplePatternAltDash,
  kOfxDrawLineStipplePatternDotDash
};

enum OfxDrawPrimitive : unsigned {
  kOfxDrawPrimitiveLines,
  kOfxDrawPrimitiveLineStrip,
  kOfxDrawPrimitiveLineLoop,
  kOfxDrawPrimitiveRectangle,
  kOfxDrawPrimitivePolygon,
  kOfxDrawPrimitiveEllipse
};

struct OfxDrawSuiteV1 {
  OfxStatus (*getColour)(OfxDrawContextHandle, OfxStandardColour, OfxRGBAColourF* colour);
  OfxStatus (*setColour)(OfxDrawContextHandle, const OfxRGBAColourF* colour);
  OfxStatus (*setLineWidth)(OfxDrawContextHandle, float width);
  OfxStatus (*setLineStipple)(OfxDrawContextHandle, OfxDrawLineStipplePattern);
  OfxStatus (*draw)(OfxDrawContextHandle, OfxDrawPrimitive, const OfxPointD* points, int count);
  OfxStatus (*drawText)(OfxDrawContextHandle, const char* text, const OfxPointD* position, int alignment);
};

inline constexpr char kOfxDrawSuite[] = "OfxDrawSuite";
inline constexpr char kOfxInteractPropDrawContext[] = "OfxInteractPropDrawContext";
