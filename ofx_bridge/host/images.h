// SPDX-License-Identifier: Apache-2.0
// Images: what clipGetImage hands to a plug-in, for input clips and for the frame being rendered.
#pragma once

#include <memory>

#include "actions.h"
#include "clips.h"
#include "pixels.h"

namespace focuspuller::host {

class Instance;

class Image : public PropertySet {
 public:
  Image(Host* host, std::string what) : PropertySet(host, std::move(what), imageSchema(), Holder::host) {}

  std::shared_ptr<const void> owner;   // keeps the pixels alive
  std::shared_ptr<HostBuffer> buffer;  // when they are a copy
  unsigned long long before = 0;       // hash of an input, when the profile poisons
};

// What a render action writes into: either the caller's array or a buffer that is converted afterwards.
class OutputFrame {
 public:
  OfxRectI bounds{};
  char* first = nullptr;  // pixel (x1, y1)
  ptrdiff_t rowBytes = 0;
  std::shared_ptr<HostBuffer> buffer;
};

// Fetches an image as clipGetImage does, inside the current action.
OfxStatus getImage(Call& call, Clip& clip, double time, const OfxRectD* region, std::shared_ptr<Image>& image);
void releaseImage(Call& call, const std::shared_ptr<Image>& image);

// The clip's region of definition in canonical coordinates; empty when it has none.
OfxRectD regionOfDefinition(Call& call, Clip& clip, double time);

}  // namespace focuspuller::host
