// SPDX-License-Identifier: Apache-2.0
// The private socket to the worker: length-prefixed JSON both ways, descriptors alongside. One thread does all the
// reading and writing (`exchange`); any thread may send and never waits for a worker that does not read.
#pragma once

#include <chrono>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "json.h"

namespace focuspuller {

// Two connected sockets, neither inheritable: {ours, the worker's}. Throws std::runtime_error.
std::pair<int, int> socketPair();

class Channel {
 public:
  explicit Channel(int socket);  // takes ownership
  ~Channel();
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  // Queues a message. `descriptor` travels with it; `keep` holds what must live until then.
  void send(const Json& message, int descriptor = -1, std::shared_ptr<const void> keep = nullptr);

  // Sends what is queued and receives what there is, waiting at most `limit` for either. Complete messages are appended
  // to `received`. False when the other end is closed or broken. Throws JsonError for a message that is none.
  bool exchange(std::chrono::milliseconds limit, std::vector<Json>& received);

  // Ends the conversation: the worker sees its socket close, `exchange` returns false. Any thread.
  void shutdown();

 private:
  struct Outgoing {
    std::string bytes;
    size_t sent = 0;
    int descriptor;
    std::shared_ptr<const void> keep;
  };
  bool flush();
  bool receive();
  void extractMessages(std::vector<Json>& received);
  void wake();

  int socket_;
  int wakeRead_, wakeWrite_;
  std::mutex mutex_;  // guards outgoing_
  std::deque<Outgoing> outgoing_;
  std::string incoming_;
};

}  // namespace focuspuller
