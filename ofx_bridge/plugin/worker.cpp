// SPDX-License-Identifier: Apache-2.0
#include "worker.h"

#include <unistd.h>

#include <algorithm>
#include <stdexcept>

namespace focuspuller {
namespace {

using std::chrono::milliseconds;

constexpr int kProtocol = 1;  // protocol.py has the same
constexpr double kTimeoutSeconds = 60;
constexpr auto kStartLimit = std::chrono::seconds(60);  // Python from a cold network drive
constexpr auto kCancelGrace = std::chrono::seconds(5);
constexpr auto kPingEvery = milliseconds(1000);
constexpr auto kLook = milliseconds(100);
constexpr auto kIdleLook = milliseconds(1000);
constexpr auto kStopLimit = std::chrono::seconds(3);
constexpr auto kStatusLimit = milliseconds(500);

bool isLast(const std::string& op) { return op == "done" || op == "failed" || op == "cancelled"; }

}  // namespace

Worker::Worker(const std::string& bundle, std::function<std::vector<int>()> unused)
    : launch_(planLaunch(bundle)),
      logStart_(logSize(launch_.log)),
      timeout_(environmentNumber("FOCUSPULLER_TIMEOUT", kTimeoutSeconds)),
      unused_(std::move(unused)) {
  const auto [ours, theirs] = socketPair();
  const int log = openLog(launch_.log);
  try {
    channel_ = std::make_unique<Channel>(ours);
    process_ = std::make_unique<Process>(launch_.command, launch_.environment, theirs, log);
  } catch (...) {
    close(theirs);
    close(log);
    throw;
  }
  close(theirs);
  close(log);
  thread_ = std::thread([this] { converse(); });
}

Worker::~Worker() { stop(); }

void Worker::stop() {
  stopping_ = true;
  channel_->shutdown();
  static std::mutex joining;
  const std::lock_guard<std::mutex> lock(joining);
  if (thread_.joinable()) thread_.join();
}

void Worker::announce(const Lease& lease) {
  if (!announced_.insert(lease->id()).second) return;
  Json message;
  message["op"] = "segment";
  message["segment"] = lease->id();
  message["bytes"] = static_cast<long long>(lease->bytes());
  channel_->send(message, lease->descriptor(), lease);
}

std::shared_ptr<Worker::Call> Worker::send(Json message, std::vector<Lease> leases) {
  auto call = std::make_shared<Call>();
  const std::lock_guard<std::mutex> lock(mutex_);
  call->id = ++lastId_;
  call->sent = Clock::now();
  call->leases = std::move(leases);
  if (ended_) {
    Json failed;
    failed["op"] = "failed";
    failed["error"] = reason_;
    call->inbox.push_back(std::move(failed));
    return call;
  }
  for (const Lease& lease : call->leases) announce(lease);
  message["id"] = call->id;
  channel_->send(message);
  calls_[call->id] = call;
  return call;
}

void Worker::answer(const std::shared_ptr<Call>& call, Json message, Lease lease) {
  const std::lock_guard<std::mutex> lock(mutex_);
  message["id"] = call->id;
  if (lease) announce(lease);
  channel_->send(message);
  if (lease) call->leases.push_back(std::move(lease));
}

std::vector<Lease> Worker::release(const std::shared_ptr<Call>& call) {
  std::vector<Lease> released;
  const std::lock_guard<std::mutex> lock(mutex_);
  released.swap(call->leases);
  return released;
}

Json Worker::receive(const std::shared_ptr<Call>& call, milliseconds limit) {
  std::unique_lock<std::mutex> lock(mutex_);
  if (!arrived_.wait_for(lock, limit, [&] { return !call->inbox.empty(); })) return Json();
  Json message = std::move(call->inbox.front());
  call->inbox.pop_front();
  return message;
}

void Worker::cancel(const std::shared_ptr<Call>& call) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (calls_.count(call->id) == 0 || call->cancelled) return;
  call->cancelled = true;
  call->cancelledAt = Clock::now();
  call->inbox.clear();
  Json message;
  message["op"] = "cancel";
  message["id"] = call->id;
  channel_->send(message);
}

void Worker::forget(const std::vector<int>& segments) {
  const std::lock_guard<std::mutex> lock(mutex_);
  for (const int segment : segments) {
    if (announced_.erase(segment) == 0) continue;
    Json message;
    message["op"] = "forget";
    message["segment"] = segment;
    channel_->send(message);
  }
}

void Worker::dispatch(const Json& message) {
  const std::string& op = message.at("op").string();
  if (op == "ready") {
    ready_ = true;
    readied_ = Clock::now();
    if (message.at("protocol").integer() != kProtocol) {
      complaint_ = "The Python package focuspuller " + message.at("version").string() + " of " + launch_.command[0] +
                   " does not fit this plug-in; install both from one release.";
    }
  } else if (op == "pong") {
    pinging_ = false;
    ponged_ = pinged_;
    running_.clear();
    for (const Json& id : message.at("running").array()) running_.insert(id.integer());
  } else {
    const bool last = isLast(op);
    std::shared_ptr<Call> released;  // outlives the lock: freeing memory takes its time
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto found = calls_.find(message.at("id").integer());
    if (found == calls_.end()) return;
    released = found->second;
    if (last) calls_.erase(found);
    if (released->cancelled) return;
    released->inbox.push_back(message);
    arrived_.notify_all();
  }
}

// A cancelled request that goes on computing only wastes a thread, until requests wait that get none, or for ever.
bool Worker::stuckOnCancelled(Clock::time_point now) const {
  bool overdue = false, endless = false, waiting = false, working = false;
  for (const auto& [id, call] : calls_) {
    if (call->cancelled) {
      const std::chrono::duration<double> since = now - std::max(call->cancelledAt, readied_);
      overdue = overdue || since > std::min<std::chrono::duration<double>>(kCancelGrace, timeout_);
      endless = endless || since > timeout_;
    } else {
      working = working || running_.count(id) > 0 || call->sent > ponged_;
      waiting = true;
    }
  }
  return !working && ((overdue && waiting) || endless);
}

void Worker::watch() {
  const auto now = Clock::now();
  const std::lock_guard<std::mutex> lock(mutex_);
  if (!ready_) {
    if (now - started_ > kStartLimit) complaint_ = "The render worker did not start in time and was ended.";
  } else if (pinging_ && now - pinged_ > timeout_ && !calls_.empty()) {
    complaint_ = "The render worker did not answer any more and was ended.";
  } else if (stuckOnCancelled(now)) {
    complaint_ = "The render worker did not stop when asked and was ended.";
  } else if (!calls_.empty() && !pinging_ &&
             now - pinged_ > std::min<std::chrono::duration<double>>(kPingEvery, timeout_ / 4)) {
    pinging_ = true;
    pinged_ = now;
    Json ping;
    ping["op"] = "ping";
    channel_->send(ping);
  }
}

void Worker::converse() {
  bool open = true;
  std::vector<Json> received;
  while (open && complaint_.empty()) {
    bool busy;
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      busy = !calls_.empty();
    }
    try {
      received.clear();
      open = channel_->exchange(busy ? kLook : kIdleLook, received);
      for (const Json& message : received) dispatch(message);
      watch();
      forget(unused_());
    } catch (const std::exception& problem) {
      complaint_ =
          std::string("The render worker sent what cannot be understood (") + problem.what() + ") and was ended.";
    }
  }
  ending_ = true;
  // No request ends before the process has: it may be writing to their memory.
  if (complaint_.empty()) process_->wait(stopping_ ? kStopLimit : kStatusLimit);
  process_->kill();
  process_->wait(kStatusLimit);
  if (stopping_) complaint_ = "The render worker was ended because the plug-in is being unloaded.";
  end(complaint_.empty() ? describeEnd() : complaint_);
}

std::string Worker::describeEnd() {
  const std::string how = process_->ending().empty() ? "" : " (" + process_->ending() + ")";
  if (ready_) return "The render worker ended unexpectedly" + how + ".";
  const std::string last = lastLogLine(launch_.log, logStart_);
  return "The render worker could not start with " + launch_.command[0] + how + (last.empty() ? "" : ": " + last) +
         "; run `focuspuller doctor`, or name another Python in FOCUSPULLER_PYTHON.";
}

void Worker::end(std::string reason) {
  if (ready_) reason += " The next render starts a new one.";
  if (!launch_.log.empty()) reason += " Its log: " + launch_.log;
  std::map<int, std::shared_ptr<Call>> orphans;
  const std::lock_guard<std::mutex> lock(mutex_);
  if (ended_) return;
  ended_ = true;
  reason_ = reason;
  orphans.swap(calls_);
  Json failed;
  failed["op"] = "failed";
  failed["error"] = reason;
  for (auto& [id, call] : orphans) call->inbox.push_back(failed);
  arrived_.notify_all();
}

}  // namespace focuspuller
