// SPDX-License-Identifier: Apache-2.0
// The plug-in's end of the worker process: the one door through which a frame leaves the host process.
//
// One worker serves the whole host process. It is started by the first `run`, restarted by the first `run` after it has
// died or hung, and ends when the host's end of the socket closes, however that comes about.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "content_hash.h"
#include "core.h"
#include "json.h"

namespace focuspuller {

// An input picture. `fill` writes height × width × channels floats, top row first, into shared memory; it is called on
// the thread that called `run`. What it throws fails the request, its text being the error. Fetch the host's image
// before `run` where you can: a host may render other FocusPuller nodes to make it.
struct InputFrame {
  std::string clip;
  double time = 0;
  OfxRectI bounds{};  // pixels of the render scale, y up as OpenFX has it; may be empty
  int channels = 4;   // 4 RGBA, 3 RGB, 1 Alpha
  bool premultiplied = true;
  bool shared = false;  // read by several frames of a sequence: kept under its content hash
  std::function<void(float* pixels)> fill;
  // Optional, for shared frames: hashes all that determines what `fill` would write (the host's own pixels, their size
  // and encoding), so that `fill` is called for new pictures only. Without it `fill` is always called and its result
  // hashed.
  std::function<void(ContentHash&)> identify;
};

struct Request {
  Json body;                       // the message's fields, see docs/bridge.md; "op" is "render" or "analyse"
  std::vector<InputFrame> frames;  // render only
  OfxRectI window{};               // render only: what comes back
  int channels = 4;

  std::function<bool()> aborted;                                                   // polled at least every 20 ms
  std::function<bool(double fraction, const std::string& text)> progress;          // false cancels
  std::function<void(const std::string& level, const std::string& text)> message;  // level: "warning" or "message"
  // Analyse only: the worker asks, for clips that "regions" names. What it throws is the node's ClipError.
  std::function<InputFrame(const std::string& clip, double time)> fetch;
};

struct Result {
  enum class Status { done, aborted, failed, outOfMemory };
  Status status = Status::failed;
  std::string error;                    // one sentence with the cure, for the artist
  std::shared_ptr<const float> pixels;  // render: window height × width × channels, top row first; frees the memory
  Json reply;                           // analyse: {"keys": …, "values": …, "message": …}
};

// Blocks until the worker has answered, `aborted` returned true or the worker was given up. Never throws.
// Safe from any number of threads; waits where the byte budget (FOCUSPULLER_MEMORY, MB) is spent.
Result run(Request request);

// Where the bundle lies (…/FocusPuller.ofx.bundle); set once from kOfxPluginPropFilePath before the first `run`.
void setBundlePath(const std::string& path);

// Ends the worker and waits for it (OfxActionUnload of the last plug-in). `run` would start another.
void stopWorker();

}  // namespace focuspuller
