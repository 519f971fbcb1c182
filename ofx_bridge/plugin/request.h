// SPDX-License-Identifier: Apache-2.0
// What rendering and analysing send to the worker: the fields they share, and the host's images as input frames.
#pragma once

#include "effect.h"
#include "host_image.h"
#include "worker_client.h"

namespace focuspuller {

// The fields of docs/bridge.md that do not depend on the operation.
Json requestBody(const Effect& effect, const char* operation, OfxTime time, const PixelGrid& grid,
                 const std::vector<KnobValue>& values);

// How the host encodes the light of clips with the role "colour": the inputTransfer knob.
Transfer inputTransfer(const Effect& effect, const std::vector<KnobValue>& values);

// The clip's picture as the worker will see it, cut to `region`, which is in pixels. It keeps the image until it is
// gone.
InputFrame inputFrame(const ClipInstance& clip, OfxTime time, std::shared_ptr<const HostImage> image,
                      const OfxRectI& region, Transfer transfer);

// The same for a clip that has nothing there.
InputFrame emptyFrame(const ClipInstance& clip, OfxTime time);

// The frame to fetch for a wish: a clip holds its first and last frame, and hosts without temporal access have one
// only.
OfxTime heldTime(const ClipInstance& clip, OfxTime wanted, OfxTime current);

}  // namespace focuspuller
