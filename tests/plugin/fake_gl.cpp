// The OpenGL 1.1 functions that overlays call, writing down what they are asked to draw.
#include <vector>

namespace {
std::vector<double> vertices;
int begun = 0, pushed = 0;
}  // namespace

extern "C" {
void glPushAttrib(unsigned) { ++pushed; }
void glPopAttrib() { --pushed; }
void glDisable(unsigned) {}
void glLineWidth(float) {}
void glColor3d(double, double, double) {}
void glBegin(unsigned mode) { begun += mode == 1; }
void glVertex2d(double x, double y) {
  vertices.push_back(x);
  vertices.push_back(y);
}
void glEnd() { --begun; }

// Copies the vertices drawn so far and forgets them; -1 where begin and end or push and pop do not pair.
int drawn(double* out, int room) {
  const int count = static_cast<int>(vertices.size());
  for (int i = 0; i < count && i < room; ++i) out[i] = vertices[i];
  vertices.clear();
  return begun || pushed ? -1 : count / 2;
}
}
