// SPDX-License-Identifier: Apache-2.0
// Python objects behind C++ interfaces: clips, abort and progress callbacks.
#pragma once

#include <pybind11/pybind11.h>

#include <memory>

#include "actions.h"
#include "clips.h"

namespace focuspuller::host {

// `clip` has components, premultiplication, frame_range, region(time) -> (x0, y0, x1, y1) and
// pixels(time, (x0, y0, x1, y1)) -> (float32 [H, W, C] with packed rows, x0, y0) or None. source.py sees to that.
std::shared_ptr<ClipSource> pythonClip(const pybind11::object& clip);

// None, or something that Python's side has reduced to these three. Call with the GIL.
std::shared_ptr<Abort> pythonAbort(std::shared_ptr<AbortFlag> flag, const pybind11::object& ask,
                                   const pybind11::object& seconds);
ProgressFunction pythonProgress(const pybind11::object& function);

// Raises in Python what is no ordinary error (KeyboardInterrupt …) and came up in a callback on this thread.
void raiseInterrupt();

}  // namespace focuspuller::host
