// SPDX-License-Identifier: Apache-2.0
#include "line_drawing.h"

#ifdef _WIN32
#include <windows.h>
#define FOCUSPULLER_GL_CALL __stdcall
#else
#include <dlfcn.h>
#define FOCUSPULLER_GL_CALL
#endif

namespace focuspuller {
namespace {

// Numbers of the OpenGL 1.1 specification.
constexpr unsigned kLines = 0x0001, kTexture2d = 0x0DE1, kBlend = 0x0BE2, kDepthTest = 0x0B71;
constexpr unsigned kCurrentBit = 0x0001, kLineBit = 0x0004, kEnableBit = 0x2000;

void* lookUp(const char* name) {
#ifdef _WIN32
  const HMODULE library = GetModuleHandleA("opengl32.dll");
  return library ? reinterpret_cast<void*>(GetProcAddress(library, name)) : nullptr;
#else
  return dlsym(RTLD_DEFAULT, name);
#endif
}

}  // namespace

struct LineDrawing::OpenGl {
  template <typename... Arguments>
  using Function = void(FOCUSPULLER_GL_CALL*)(Arguments...);

  Function<unsigned> pushAttrib = get<unsigned>("glPushAttrib");
  Function<> popAttrib = get<>("glPopAttrib");
  Function<unsigned> disable = get<unsigned>("glDisable");
  Function<float> lineWidth = get<float>("glLineWidth");
  Function<double, double, double> color = get<double, double, double>("glColor3d");
  Function<unsigned> begin = get<unsigned>("glBegin");
  Function<double, double> vertex = get<double, double>("glVertex2d");
  Function<> end = get<>("glEnd");

  bool complete() const { return pushAttrib && popAttrib && disable && lineWidth && color && begin && vertex && end; }

  template <typename... Arguments>
  static Function<Arguments...> get(const char* name) {
    return reinterpret_cast<Function<Arguments...>>(lookUp(name));
  }
};

const LineDrawing::OpenGl* LineDrawing::openGl() {
  static OpenGl gl;
  if (!gl.complete()) gl = OpenGl();  // the host may load its OpenGL after us
  return gl.complete() ? &gl : nullptr;
}

LineDrawing::LineDrawing(const Properties& in) {
  if (suites().draw) context_ = static_cast<OfxDrawContextHandle>(in.pointer(kOfxInteractPropDrawContext));
  if (context_) {
    suites().draw->setLineWidth(context_, 1);
    return;
  }
  gl_ = openGl();
  if (!gl_) return;
  gl_->pushAttrib(kCurrentBit | kLineBit | kEnableBit);
  for (const unsigned state : {kTexture2d, kBlend, kDepthTest}) gl_->disable(state);
  gl_->lineWidth(1);
}

LineDrawing::~LineDrawing() {
  if (gl_) gl_->popAttrib();
}

void LineDrawing::colour(double r, double g, double b) const {
  if (gl_) return gl_->color(r, g, b);
  const OfxRGBAColourF colour{static_cast<float>(r), static_cast<float>(g), static_cast<float>(b), 1};
  suites().draw->setColour(context_, &colour);
}

void LineDrawing::line(const OfxPointD& from, const OfxPointD& to) const {
  if (gl_) {
    gl_->begin(kLines);
    gl_->vertex(from.x, from.y);
    gl_->vertex(to.x, to.y);
    return gl_->end();
  }
  const OfxPointD points[] = {from, to};
  suites().draw->draw(context_, kOfxDrawPrimitiveLines, points, 2);
}

}  // namespace focuspuller
