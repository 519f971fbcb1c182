// SPDX-License-Identifier: Apache-2.0
#include "worker_client.h"

#include <pthread.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <new>

#include "frame_memory.h"
#include "launch.h"
#include "worker.h"

namespace focuspuller {
namespace {

using std::chrono::milliseconds;

constexpr auto kPoll = milliseconds(20);
constexpr auto kKeepUnused = std::chrono::seconds(30);
constexpr double kMegabyte = 1 << 20;

std::mutex bundleMutex;
std::string bundlePath;

// Everything that one host process has. Never destroyed: results may outlive the plug-in's other state.
class Client {
 public:
  FrameMemory& memory() { return memory_; }

  // The living worker, started if there is none.
  std::shared_ptr<Worker> worker() {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (!worker_ || !worker_->usable()) {
      former_ = std::move(worker_);  // nobody waits here until it has ended
      std::string bundle;
      {
        const std::lock_guard<std::mutex> bundleLock(bundleMutex);
        bundle = bundlePath;
      }
      worker_ = std::make_shared<Worker>(bundle, [this] {
        memory_.trim(kKeepUnused);
        return memory_.takeForgotten();
      });
    }
    return worker_;
  }

  void stop() {
    std::shared_ptr<Worker> worker, former;
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      worker.swap(worker_);
      former.swap(former_);
    }
    for (const auto& each : {worker, former})
      if (each) each->stop();
    memory_.trim(std::chrono::seconds(0));
  }

 private:
  FrameMemory memory_{static_cast<size_t>(
      environmentNumber("FOCUSPULLER_MEMORY", static_cast<double>(physicalMemory()) / kMegabyte / 4) * kMegabyte)};
  std::mutex mutex_;
  std::shared_ptr<Worker> worker_, former_;
};

std::atomic<Client*> theClient{nullptr};

// A forked child of the host has neither the worker's socket nor its thread: it starts its own.
void forgetInForkedChild() { theClient = nullptr; }

Client& client() {
  static const int watched = pthread_atfork(nullptr, nullptr, forgetInForkedChild);
  (void)watched;
  Client* existing = theClient;
  if (existing) return *existing;
  Client* const created = new Client;
  if (theClient.compare_exchange_strong(existing, created)) return *created;
  delete created;
  return *existing;
}

// Where the host unloads the plug-in, or ends, without OfxActionUnload.
struct StopAtUnload {
  ~StopAtUnload() { stopWorker(); }
} stopAtUnload;

size_t pictureBytes(const OfxRectI& bounds, int channels) {
  const auto width = static_cast<long long>(bounds.x2) - bounds.x1,
             height = static_cast<long long>(bounds.y2) - bounds.y1;
  if (width <= 0 || height <= 0) return 0;
  return static_cast<size_t>(width) * static_cast<size_t>(height) * static_cast<size_t>(channels) * sizeof(float);
}

Json rectangle(const OfxRectI& r) { return Json(Json::Array{r.x1, r.y1, r.x2, r.y2}); }

Json frameEntry(const InputFrame& frame, const Lease& lease) {
  Json entry;
  entry["clip"] = frame.clip;
  entry["time"] = frame.time;
  entry["bounds"] = rectangle(frame.bounds);
  entry["channels"] = frame.channels;
  entry["premultiplied"] = frame.premultiplied;
  if (lease) entry["segment"] = lease->id();
  return entry;
}

struct Abort {};

// One request on its way.
class Run {
 public:
  explicit Run(Request request)
      : request_(std::move(request)), analysing_(request_.body.at("op").string() == "analyse") {}

  Result perform() {
    const size_t outputBytes = analysing_ ? 0 : pictureBytes(request_.window, request_.channels);
    if (!analysing_ && outputBytes == 0) return nothing();
    client().worker();  // starts while the pixels are fetched
    if (analysing_) return converse({});

    const auto admission = admit(neededBytes() + FrameMemory::footprint(outputBytes));
    std::vector<Lease> leases;
    Json::Array entries;
    for (const InputFrame& frame : request_.frames) {
      checkAbort();
      Lease lease = frame.shared ? sharedPixels(frame, *admission) : pixels(frame, *admission);
      entries.push_back(frameEntry(frame, lease));
      if (lease) leases.push_back(std::move(lease));
    }
    leases.push_back(memory_.acquire(outputBytes, *admission));
    admission->filled();
    checkAbort();
    request_.body["window"] = rectangle(request_.window);
    request_.body["channels"] = request_.channels;
    request_.body["frames"] = Json(std::move(entries));
    request_.body["output"] = leases.back()->id();
    return converse(std::move(leases));
  }

 private:
  static Result nothing() {
    static const float pixel = 0;
    Result result;
    result.status = Result::Status::done;
    result.pixels = std::shared_ptr<const float>(&pixel, [](const float*) {});
    return result;
  }

  size_t neededBytes() const {
    size_t bytes = 0;
    for (const InputFrame& frame : request_.frames) {
      if (const size_t own = pictureBytes(frame.bounds, frame.channels)) bytes += FrameMemory::footprint(own);
    }
    return bytes;
  }

  void checkAbort() const {
    if (request_.aborted && request_.aborted()) throw Abort();
  }

  bool abortedQuietly() const noexcept {
    try {
      return request_.aborted && request_.aborted();
    } catch (...) {
      return true;
    }
  }

  std::unique_ptr<FrameMemory::Admission> admit(size_t bytes) {
    auto admission = memory_.admit(bytes, [this] { return abortedQuietly(); });
    if (!admission) throw Abort();
    return admission;
  }

  Lease pixels(const InputFrame& frame, FrameMemory::Admission& admission) {
    const size_t bytes = pictureBytes(frame.bounds, frame.channels);
    if (bytes == 0) return nullptr;
    Lease lease = memory_.acquire(bytes, admission);
    frame.fill(lease->pixels());
    return lease;
  }

  Lease sharedPixels(const InputFrame& frame, FrameMemory::Admission& admission) {
    const size_t bytes = pictureBytes(frame.bounds, frame.channels);
    if (bytes == 0) return nullptr;
    ContentHash hash;
    Lease filled;
    if (frame.identify) {
      frame.identify(hash);
      if (Lease known = memory_.find({hash.finish(), bytes}, admission)) return known;
      filled = pixels(frame, admission);
    } else {
      filled = pixels(frame, admission);
      hash.update(filled->pixels(), bytes);
    }
    return memory_.keep({hash.finish(), bytes}, std::move(filled));
  }

  // The worker has the request: passes on what it says until its last word.
  Result converse(std::vector<Lease> leases) {
    const std::shared_ptr<Worker> worker = client().worker();
    worker->forget(memory_.takeForgotten());
    const std::shared_ptr<Worker::Call> call = worker->send(std::move(request_.body), std::move(leases));
    struct CancelAtExit {
      Worker& worker;
      const std::shared_ptr<Worker::Call>& call;
      ~CancelAtExit() { worker.cancel(call); }
    } const cancelAtExit{*worker, call};

    while (true) {
      const Json message = worker->receive(call, kPoll);
      if (message.isNull()) {
        checkAbort();
        continue;
      }
      const std::string& op = message.at("op").string();
      if (op == "done") return finished(message, worker->release(call));
      if (op == "failed") return failed(message);
      if (op == "cancelled") throw Abort();
      if (op == "fetch") {
        fetch(*worker, call, message);
      } else if (op == "progress") {
        checkAbort();
        const bool wanted =
            !request_.progress || request_.progress(message.at("fraction").number(), message.at("text").string());
        if (!wanted) throw Abort();
      } else if (op == "message" && request_.message) {
        request_.message(message.at("level").string(), message.at("text").string());
      }
    }
  }

  Result finished(const Json& message, const std::vector<Lease>& leases) const {
    Result result;
    result.status = Result::Status::done;
    result.reply = message;
    if (analysing_) return result;
    const int segment = message.at("segment").integer();
    const auto lease = std::find_if(leases.begin(), leases.end(), [&](const Lease& l) { return l->id() == segment; });
    if (lease == leases.end()) throw JsonError("the render worker answered with a picture that is not there");
    result.pixels = std::shared_ptr<const float>(*lease, (*lease)->pixels());
    return result;
  }

  static Result failed(const Json& message) {
    Result result;
    const Json& memory = message.at("memory");
    result.status = !memory.isNull() && memory.boolean() ? Result::Status::outOfMemory : Result::Status::failed;
    result.error = message.at("error").string();
    return result;
  }

  // The call holds no memory while the host makes the frame and while it waits for room, so nothing can wait for it.
  void fetch(Worker& worker, const std::shared_ptr<Worker::Call>& call, const Json& message) {
    worker.release(call);
    Json answer;
    answer["op"] = "frame";
    Lease lease;
    try {
      if (!request_.fetch) throw JsonError("this request fetches no frames");
      const InputFrame frame = request_.fetch(message.at("clip").string(), message.at("time").number());
      const size_t bytes = pictureBytes(frame.bounds, frame.channels);
      const auto admission = admit(bytes ? FrameMemory::footprint(bytes) : 0);
      lease = pixels(frame, *admission);
      answer["frame"] = frameEntry(frame, lease);
    } catch (const std::bad_alloc&) {
      throw;
    } catch (const std::exception& problem) {
      answer["error"] = problem.what();
    }
    worker.forget(memory_.takeForgotten());
    worker.answer(call, std::move(answer), std::move(lease));
  }

  Request request_;
  const bool analysing_;
  FrameMemory& memory_ = client().memory();
};

Result problem(Result::Status status, std::string error) {
  Result result;
  result.status = status;
  result.error = std::move(error);
  return result;
}

}  // namespace

Result run(Request request) {
  try {
    return Run(std::move(request)).perform();
  } catch (const Abort&) {
    return problem(Result::Status::aborted, "");
  } catch (const std::bad_alloc&) {
    return problem(Result::Status::outOfMemory, "There is not enough memory for this frame.");
  } catch (const std::exception& error) {
    return problem(Result::Status::failed, error.what());
  } catch (...) {
    return problem(Result::Status::failed, "The render failed for an unknown reason.");
  }
}

void setBundlePath(const std::string& path) {
  const std::lock_guard<std::mutex> lock(bundleMutex);
  bundlePath = path;
}

void stopWorker() {
  if (Client* const existing = theClient) existing->stop();
}

}  // namespace focuspuller
