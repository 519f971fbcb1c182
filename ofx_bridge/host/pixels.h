// SPDX-License-Identifier: Apache-2.0
// Pixels as hosts hand them out: depth, components, encoding, and the memory they lie in.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "clips.h"
#include "coordinates.h"

namespace focuspuller::host {

enum class Depth { byte, whole16, half, single };
enum class Transfer { linear, srgb, rec709, gamma24 };

struct Layout {
  Depth depth = Depth::single;
  int channels = 4;
  Transfer transfer = Transfer::linear;  // of colour; alpha is never encoded
  int bytesPerPixel() const;
};

Depth depthNamed(const std::string& name);
Transfer transferNamed(const std::string& name);  // "linear", "sRGB", "Rec.709", "gamma 2.4"
int channelsNamed(const std::string& components);

// One row of `count` pixels, from linear float32 to the layout and back. Missing alpha is 1, missing colour 0.
void encodeRow(const float* from, int fromChannels, int count, const Layout& layout, char* to);
void decodeRow(const char* from, const Layout& layout, int count, float* to, int toChannels);

// An image in memory of the host, laid out as the profile says, with guards around it.
class HostBuffer {
 public:
  HostBuffer(const OfxRectI& bounds, const Layout& layout, bool topDown, int padding);
  char* row(int y);  // y up, in bounds
  char* first() { return row(bounds.y1); }
  bool intact() const;                         // nothing was written outside the image
  void poison();                               // so that pixels that are never written can be found
  long long poisoned(const OfxRectI& inside);  // how many are left
  unsigned long long hash() const;

  const OfxRectI bounds;
  const Layout layout;
  ptrdiff_t rowBytes = 0;  // from a row to the one above it

 private:
  size_t stride_ = 0;
  bool topDown_;
  std::vector<char> memory_;
};

// The average over each proxy pixel's area of what of it `source` covers; 0 where it covers nothing.
Pixels scaled(const Pixels& source, const Format& format, const OfxRectI& rectangle, OfxPointD scale);

}  // namespace focuspuller::host
