// SPDX-License-Identifier: Apache-2.0
// A child process on POSIX systems, whatever the host does with signals and descriptors.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <string>
#include <vector>

namespace focuspuller {

class Process {
 public:
  // Starts command[0] with `socket` as descriptor 3, nothing to read, standard output and error going to `log`, in a
  // process group of its own (a Ctrl-C in the terminal is the host's). Both descriptors stay the caller's; descriptors
  // that the host left inheritable are the child's to close. Throws std::runtime_error.
  Process(const std::vector<std::string>& command, const std::vector<std::string>& environment, int socket, int log);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  // Kills it if it still runs. Safe where the host reaps children or ignores SIGCHLD: never hits a stranger's pid.
  void kill();

  // Waits for the end and leaves no zombie; false when the time is up.
  bool wait(std::chrono::milliseconds limit);

  // "exit code 3", "signal 9"; "" while it runs or where the host took the status.
  const std::string& ending() const { return ending_; }

 private:
  bool reap();

  pid_t pid_ = -1;
  bool ended_ = false;
  std::string ending_;
};

}  // namespace focuspuller
