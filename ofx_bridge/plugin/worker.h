// SPDX-License-Identifier: Apache-2.0
// One living worker process: its socket, the requests it is working on, and the judgement whether it is still well.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "channel.h"
#include "frame_memory.h"
#include "json.h"
#include "launch.h"
#include "process.h"

namespace focuspuller {

class Worker {
 public:
  using Clock = std::chrono::steady_clock;

  // A request that the worker has. It lives, and its memory stays taken, until the worker's last word on it.
  struct Call {
    int id = 0;
    std::vector<Lease> leases;
    std::deque<Json> inbox;
    bool cancelled = false;
    Clock::time_point sent, cancelledAt;
  };

  // Starts the process; throws std::runtime_error. `unused` is asked now and then which segments are to be forgotten.
  Worker(const std::string& bundle, std::function<std::vector<int>()> unused);
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  // Whether new requests may go to it. One that is ending may live a little longer.
  bool usable() const { return !ending_; }

  // Sends the request under a fresh id, which it adds, and every segment that the worker has not seen.
  std::shared_ptr<Call> send(Json message, std::vector<Lease> leases);
  // Takes the memory away from a request: the worker has said that it uses it no longer.
  std::vector<Lease> release(const std::shared_ptr<Call>& call);
  // Answers `fetch`: the pixels are in `lease`, or there are none.
  void answer(const std::shared_ptr<Call>& call, Json message, Lease lease);
  // The next message about the request, or null after `limit`. Its last is `done`, `failed` or `cancelled`.
  Json receive(const std::shared_ptr<Call>& call, std::chrono::milliseconds limit);
  // Nobody waits for the request any longer. Does nothing when it has ended.
  void cancel(const std::shared_ptr<Call>& call);
  void forget(const std::vector<int>& segments);

  // Ends the process: asks, waits, kills.
  void stop();

 private:
  void converse();
  void dispatch(const Json& message);
  void watch();
  void announce(const Lease& lease);
  void end(std::string reason);
  std::string describeEnd();
  bool stuckOnCancelled(Clock::time_point now) const;

  const Launch launch_;
  const size_t logStart_;
  const std::chrono::duration<double> timeout_;
  const std::function<std::vector<int>()> unused_;
  std::unique_ptr<Process> process_;
  std::unique_ptr<Channel> channel_;
  std::atomic<bool> ending_{false}, stopping_{false};

  std::mutex mutex_;  // guards what follows
  std::condition_variable arrived_;
  std::map<int, std::shared_ptr<Call>> calls_;
  std::set<int> announced_;
  int lastId_ = 0;
  bool ended_ = false;
  std::string reason_;

  // The conversation's thread alone.
  bool ready_ = false;
  std::string complaint_;  // why the worker must go
  bool pinging_ = false;
  Clock::time_point started_ = Clock::now(), readied_{}, pinged_{}, ponged_{};
  std::set<int> running_;  // what the worker was working on when it answered the ping of `ponged_`

  std::thread thread_;  // last: it uses all the others
};

}  // namespace focuspuller
