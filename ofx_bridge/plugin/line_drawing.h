// SPDX-License-Identifier: Apache-2.0
// Lines in the host's viewer: by the draw suite of OpenFX 1.5, else by the OpenGL context that is current while an
// overlay draws. The OpenGL functions are looked up in the host; nothing is linked.
#pragma once

#include "suites.h"

namespace focuspuller {

class LineDrawing {
 public:
  // in: the arguments of the draw action.
  explicit LineDrawing(const Properties& in);
  ~LineDrawing();
  LineDrawing(const LineDrawing&) = delete;
  LineDrawing& operator=(const LineDrawing&) = delete;

  explicit operator bool() const { return context_ || gl_; }  // false where nothing can be drawn

  void colour(double r, double g, double b) const;  // 0 … 1
  void line(const OfxPointD& from, const OfxPointD& to) const;

 private:
  struct OpenGl;
  static const OpenGl* openGl();

  OfxDrawContextHandle context_ = nullptr;
  const OpenGl* gl_ = nullptr;
};

}  // namespace focuspuller
