// SPDX-License-Identifier: Apache-2.0
// Shared libraries, on every platform.
#pragma once

#include <string>

namespace focuspuller::host {

// A library that is open already is opened as a copy of its own, because a plug-in keeps one host for all its callers.
// Throws std::runtime_error.
void* openLibrary(const std::string& path);
void* findSymbol(void* library, const char* name);
void closeLibrary(void* library, const std::string& path);

}  // namespace focuspuller::host
