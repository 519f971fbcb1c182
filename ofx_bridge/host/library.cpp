// SPDX-License-Identifier: Apache-2.0
#include "library.h"

#include <filesystem>
#include <mutex>
#include <random>
#include <set>
#include <stdexcept>

#ifdef _WIN32
#define NOMINMAX
#include <windows.h>
#else
#include <dlfcn.h>
#endif

namespace focuspuller::host {
namespace {

namespace fs = std::filesystem;

std::mutex openMutex;
std::set<std::string> openPaths;

void* openFile(const fs::path& path) {
#ifdef _WIN32
  void* library = LoadLibraryExW(path.wstring().c_str(), nullptr, LOAD_WITH_ALTERED_SEARCH_PATH);
  if (!library) throw std::runtime_error("Windows error " + std::to_string(GetLastError()));
#else
  void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    const char* reason = dlerror();
    throw std::runtime_error(reason ? reason : "unknown reason");
  }
#endif
  return library;
}

void* openCopy(const fs::path& path) {
  const fs::path copy =
      fs::temp_directory_path() / (path.stem().string() + "-" + std::to_string(std::random_device{}()) + ".ofx");
  fs::copy_file(path, copy);
  std::error_code ignored;
  try {
    void* library = openFile(copy);
    fs::remove(copy, ignored);  // stays mapped; Windows keeps the file until the computer cleans its temporary folder
    return library;
  } catch (...) {
    fs::remove(copy, ignored);
    throw;
  }
}

}  // namespace

void* openLibrary(const std::string& path) {
  std::lock_guard lock(openMutex);
  if (!openPaths.insert(path).second) return openCopy(path);
  try {
    return openFile(path);
  } catch (...) {
    openPaths.erase(path);
    throw;
  }
}

void* findSymbol(void* library, const char* name) {
#ifdef _WIN32
  return reinterpret_cast<void*>(GetProcAddress(static_cast<HMODULE>(library), name));
#else
  return dlsym(library, name);
#endif
}

void closeLibrary(void* library, const std::string& path) {
  std::lock_guard lock(openMutex);
  openPaths.erase(path);
#ifdef _WIN32
  FreeLibrary(static_cast<HMODULE>(library));
#else
  dlclose(library);
#endif
}

}  // namespace focuspuller::host
