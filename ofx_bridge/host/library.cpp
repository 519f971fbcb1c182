// SPDX-License-Identifier: Apache-2.0
#include "library.h"

#include <filesystem>
#include <map>
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
std::map<void*, fs::path> copies;  // the folder of each library that was opened as a copy

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

// A bundle of its own, since a plug-in looks for its resources beside its binary.
void* openCopy(const fs::path& path) {
  const fs::path contents = path.parent_path().parent_path();
  const fs::path folder = fs::temp_directory_path() / ("ofx-" + std::to_string(std::random_device{}()));
  const fs::path copy = folder / contents.parent_path().filename() / "Contents" / path.parent_path().filename();
  std::error_code ignored;
  try {
    fs::create_directories(copy);
    fs::copy_file(path, copy / path.filename());
    if (fs::is_directory(contents / "Resources"))
      fs::copy(contents / "Resources", copy.parent_path() / "Resources", fs::copy_options::recursive);
    void* library = openFile(copy / path.filename());
    copies[library] = folder;
    return library;
  } catch (...) {
    fs::remove_all(folder, ignored);
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
#ifdef _WIN32
  FreeLibrary(static_cast<HMODULE>(library));
#else
  dlclose(library);
#endif
  const auto copy = copies.find(library);
  if (copy == copies.end()) {
    openPaths.erase(path);
    return;
  }
  std::error_code ignored;
  fs::remove_all(copy->second, ignored);
  copies.erase(copy);
}

}  // namespace focuspuller::host
