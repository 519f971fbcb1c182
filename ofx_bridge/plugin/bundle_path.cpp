// SPDX-License-Identifier: Apache-2.0
#include "bundle_path.h"

#include <cstdlib>
#include <memory>
#include <stdexcept>

#ifdef _WIN32
#include <windows.h>
#else
#include <dlfcn.h>
#endif

namespace focuspuller {
namespace {

// UTF-8, with forward slashes.
std::string binaryPath() {
#ifdef _WIN32
  HMODULE module = nullptr;
  wchar_t wide[32768];
  const DWORD flags = GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT;
  if (!GetModuleHandleExW(flags, reinterpret_cast<LPCWSTR>(&binaryPath), &module)) return "";
  const DWORD length = GetModuleFileNameW(module, wide, 32768);
  std::string path(static_cast<size_t>(length) * 4, '\0');
  path.resize(WideCharToMultiByte(CP_UTF8, 0, wide, length, &path[0], static_cast<int>(path.size()), nullptr, nullptr));
  for (char& c : path)
    if (c == '\\') c = '/';
  return path;
#else
  Dl_info info;
  if (!dladdr(reinterpret_cast<const void*>(&binaryPath), &info) || !info.dli_fname) return "";
  const std::unique_ptr<char, decltype(&std::free)> path(realpath(info.dli_fname, nullptr), &std::free);
  return path ? path.get() : info.dli_fname;
#endif
}

}  // namespace

std::string bundlePath() {
  std::string path = binaryPath();
  for (int level = 0; level < 3; ++level) {  // FocusPuller.ofx, the architecture, Contents
    const std::string::size_type slash = path.rfind('/');
    if (slash == std::string::npos) throw std::runtime_error("cannot tell where FocusPuller.ofx lies");
    path.erase(slash);
  }
  return path;
}

}  // namespace focuspuller
