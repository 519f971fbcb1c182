// SPDX-License-Identifier: Apache-2.0
#include "channel.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <stdexcept>

namespace focuspuller {
namespace {

constexpr size_t kPrefix = 4;
constexpr size_t kMaximumMessage = size_t{64} << 20;
constexpr size_t kReadSize = size_t{64} << 10;

// Nothing may be left open in a child that the host forks: the worker ends when the last copy of our socket closes.
std::atomic<int> openSocket{-1};

void closeInForkedChild() {
  if (const int socket = openSocket.exchange(-1); socket >= 0) close(socket);
}

void watchForks() {
  static const int registered = pthread_atfork(nullptr, nullptr, closeInForkedChild);
  (void)registered;
}

void makeCloseOnExec(int descriptor) { fcntl(descriptor, F_SETFD, fcntl(descriptor, F_GETFD) | FD_CLOEXEC); }

void makeNonBlocking(int descriptor) { fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK); }

[[noreturn]] void failWith(const char* what) {
  throw std::runtime_error(std::string(what) + ": " + std::strerror(errno));
}

std::string framed(const Json& message) {
  const std::string body = message.dump();
  if (body.size() > kMaximumMessage) throw std::runtime_error("a message to the worker is too long");
  std::string bytes(kPrefix, '\0');
  for (size_t i = 0; i < kPrefix; ++i) bytes[i] = static_cast<char>((body.size() >> (8 * i)) & 0xFF);
  return bytes + body;
}

}  // namespace

std::pair<int, int> socketPair() {
  int ends[2];
#ifdef SOCK_CLOEXEC
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) failWith("no socket for the worker");
#else
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) failWith("no socket for the worker");
  makeCloseOnExec(ends[0]);
  makeCloseOnExec(ends[1]);
#endif
  return {ends[0], ends[1]};
}

Channel::Channel(int socket) : socket_(socket) {
  int ends[2];
  if (pipe(ends) != 0) {
    close(socket_);
    failWith("no pipe for the worker");
  }
  wakeRead_ = ends[0];
  wakeWrite_ = ends[1];
  for (const int descriptor : {wakeRead_, wakeWrite_}) {
    makeCloseOnExec(descriptor);
    makeNonBlocking(descriptor);
  }
  makeNonBlocking(socket_);
#ifdef SO_NOSIGPIPE
  const int on = 1;
  setsockopt(socket_, SOL_SOCKET, SO_NOSIGPIPE, &on, sizeof on);
#endif
  watchForks();
  openSocket = socket_;
}

Channel::~Channel() {
  int ours = socket_;
  openSocket.compare_exchange_strong(ours, -1);
  close(socket_);
  close(wakeRead_);
  close(wakeWrite_);
}

void Channel::wake() {
  const char byte = 0;
  (void)!write(wakeWrite_, &byte, 1);  // a full pipe wakes as well
}

void Channel::send(const Json& message, int descriptor, std::shared_ptr<const void> keep) {
  {
    Outgoing outgoing{framed(message), 0, descriptor, std::move(keep)};
    const std::lock_guard<std::mutex> lock(mutex_);
    outgoing_.push_back(std::move(outgoing));
  }
  wake();
}

void Channel::shutdown() {
  ::shutdown(socket_, SHUT_RDWR);
  wake();
}

bool Channel::flush() {
  const std::lock_guard<std::mutex> lock(mutex_);
  while (!outgoing_.empty()) {
    Outgoing& next = outgoing_.front();
    iovec piece{const_cast<char*>(next.bytes.data()) + next.sent, next.bytes.size() - next.sent};
    msghdr header{};
    header.msg_iov = &piece;
    header.msg_iovlen = 1;
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
    if (next.descriptor >= 0 && next.sent == 0) {
      header.msg_control = control;
      header.msg_controllen = sizeof control;
      cmsghdr* const rights = CMSG_FIRSTHDR(&header);
      rights->cmsg_level = SOL_SOCKET;
      rights->cmsg_type = SCM_RIGHTS;
      rights->cmsg_len = CMSG_LEN(sizeof(int));
      std::memcpy(CMSG_DATA(rights), &next.descriptor, sizeof(int));
    }
#ifdef MSG_NOSIGNAL
    const ssize_t sent = sendmsg(socket_, &header, MSG_NOSIGNAL);  // SIGPIPE's default handler would end the host
#else
    const ssize_t sent = sendmsg(socket_, &header, 0);
#endif
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS;
    next.sent += static_cast<size_t>(sent);
    if (next.sent == next.bytes.size()) outgoing_.pop_front();
  }
  return true;
}

bool Channel::receive() {
  while (true) {
    const size_t before = incoming_.size();
    incoming_.resize(before + kReadSize);
    const ssize_t got = recv(socket_, &incoming_[before], kReadSize, 0);
    incoming_.resize(before + static_cast<size_t>(got > 0 ? got : 0));
    if (got == 0) return false;
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return errno == EAGAIN || errno == EWOULDBLOCK;
  }
}

void Channel::extractMessages(std::vector<Json>& received) {
  size_t at = 0;
  while (incoming_.size() - at >= kPrefix) {
    size_t length = 0;
    for (size_t i = 0; i < kPrefix; ++i) length |= size_t{static_cast<unsigned char>(incoming_[at + i])} << (8 * i);
    if (length > kMaximumMessage) throw JsonError("a message from the worker is too long");
    if (incoming_.size() - at < kPrefix + length) break;
    received.push_back(Json::parse(incoming_.substr(at + kPrefix, length), "a message from the worker"));
    at += kPrefix + length;
  }
  incoming_.erase(0, at);
}

bool Channel::exchange(std::chrono::milliseconds limit, std::vector<Json>& received) {
  bool writing;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    writing = !outgoing_.empty();
  }
  pollfd waiting[2] = {{socket_, static_cast<short>(writing ? POLLIN | POLLOUT : POLLIN), 0}, {wakeRead_, POLLIN, 0}};
  if (poll(waiting, 2, static_cast<int>(limit.count())) < 0 && errno != EINTR) return false;
  char wakes[64];
  while (read(wakeRead_, wakes, sizeof wakes) > 0) {
  }
  const bool sending = flush();
  const bool open = receive();  // even if sending failed: the worker's last words may wait
  extractMessages(received);
  return sending && open;
}

}  // namespace focuspuller
