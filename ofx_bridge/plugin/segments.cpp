// SPDX-License-Identifier: Apache-2.0
#include "segments.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <new>
#include <stdexcept>
#include <string>

namespace focuspuller {
namespace {

constexpr unsigned kMemfdCloseOnExec = 1;  // MFD_CLOEXEC; glibc has neither name nor wrapper before 2.27
constexpr size_t kAllocationStep = size_t{16}
                                   << 20;  // a signal undoes an interrupted fallocate; steps keep what is done

[[noreturn]] void fail(const char* call, int error) {
  if (error == ENOMEM || error == ENOSPC || error == EFBIG) throw std::bad_alloc();
  throw std::runtime_error(std::string("shared memory for the worker: ") + call + ": " + std::strerror(error));
}

void allocate(int descriptor, size_t bytes) {
  for (size_t at = 0; at < bytes;) {
    const size_t step = std::min(kAllocationStep, bytes - at);
    const int error = posix_fallocate(descriptor, static_cast<off_t>(at), static_cast<off_t>(step));
    if (error == EINTR) continue;
    if (error != 0) fail("posix_fallocate", error);
    at += step;
  }
}

}  // namespace

Segment::Segment(int id, size_t bytes) : id_(id), bytes_(bytes) {
  descriptor_ = static_cast<int>(syscall(SYS_memfd_create, "focuspuller", kMemfdCloseOnExec));
  if (descriptor_ < 0) fail("memfd_create", errno);
  try {
    allocate(descriptor_, bytes);
    void* const address = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, descriptor_, 0);
    if (address == MAP_FAILED) fail("mmap", errno);
    pixels_ = static_cast<float*>(address);
  } catch (...) {
    close(descriptor_);
    throw;
  }
}

Segment::~Segment() {
  munmap(pixels_, bytes_);
  close(descriptor_);
}

size_t physicalMemory() {
  return static_cast<size_t>(sysconf(_SC_PHYS_PAGES)) * static_cast<size_t>(sysconf(_SC_PAGESIZE));
}

}  // namespace focuspuller
