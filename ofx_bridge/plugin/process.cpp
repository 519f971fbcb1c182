// SPDX-License-Identifier: Apache-2.0
#include "process.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <thread>

namespace focuspuller {
namespace {

constexpr int kWorkerDescriptor = 3;
constexpr int kFirstFreeDescriptor = 10;  // clear of 0 … 3, so that no dup2 overwrites another's source

// A copy that posix_spawn can place: dup2 onto itself would keep close-on-exec set.
class PlaceableDescriptor {
 public:
  explicit PlaceableDescriptor(int descriptor) : copy_(fcntl(descriptor, F_DUPFD_CLOEXEC, kFirstFreeDescriptor)) {
    if (copy_ < 0) throw std::runtime_error(std::string("no file descriptor is free: ") + std::strerror(errno));
  }
  ~PlaceableDescriptor() { close(copy_); }
  PlaceableDescriptor(const PlaceableDescriptor&) = delete;
  PlaceableDescriptor& operator=(const PlaceableDescriptor&) = delete;
  int get() const { return copy_; }

 private:
  int copy_;
};

std::vector<char*> pointers(const std::vector<std::string>& strings) {
  std::vector<char*> result;
  for (const std::string& s : strings) result.push_back(const_cast<char*>(s.c_str()));
  result.push_back(nullptr);
  return result;
}

}  // namespace

Process::Process(const std::vector<std::string>& command, const std::vector<std::string>& environment, int socket,
                 int log) {
  const PlaceableDescriptor socketCopy(socket), logCopy(log);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, logCopy.get(), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, logCopy.get(), STDERR_FILENO);
  posix_spawn_file_actions_adddup2(&actions, socketCopy.get(), kWorkerDescriptor);

  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_setsigmask(&attributes, &none);  // the host's threads may block signals
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);

  const std::vector<char*> argv = pointers(command), env = pointers(environment);
  const int error = posix_spawn(&pid_, command.at(0).c_str(), &actions, &attributes, argv.data(), env.data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) throw std::runtime_error(command[0] + " could not be started: " + std::strerror(error));
}

Process::~Process() {
  kill();
  wait(std::chrono::seconds(2));
}

bool Process::reap() {
  if (ended_) return true;
  int status = 0;
  const pid_t result = waitpid(pid_, &status, WNOHANG);
  if (result == 0 || (result < 0 && errno == EINTR)) return false;
  ended_ = true;  // ECHILD: the host reaps all children itself, or has the system do it
  if (result == pid_ && WIFEXITED(status)) ending_ = "exit code " + std::to_string(WEXITSTATUS(status));
  if (result == pid_ && WIFSIGNALED(status)) ending_ = "signal " + std::to_string(WTERMSIG(status));
  return true;
}

void Process::kill() {
  if (!reap()) ::kill(pid_, SIGKILL);
}

bool Process::wait(std::chrono::milliseconds limit) {
  const auto end = std::chrono::steady_clock::now() + limit;
  while (!reap()) {
    if (std::chrono::steady_clock::now() >= end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return true;
}

}  // namespace focuspuller
