// SPDX-License-Identifier: Apache-2.0
// A plug-in binary: loading it, describing what is in it, unloading it.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core.h"
#include "effect.h"
#include "host.h"

namespace focuspuller::host {

struct Plugin {
  Host& host;
  OfxPlugin* abi = nullptr;
  std::string identifier;
  int major = 0, minor = 0;
  std::shared_ptr<Effect> descriptor;
  std::map<std::string, std::shared_ptr<Effect>> contexts;  // by OpenFX name
  std::mutex renderMutex;                                   // for plug-ins that render one frame at a time

  OfxStatus call(Call& call, const void* handle) { return call(abi->mainEntry, handle); }
};

class Binary {
 public:
  // path: the shared library; bundle: the directory told to its plug-ins. Throws std::runtime_error.
  Binary(std::shared_ptr<Host> host, const std::string& path, const std::string& bundle);
  ~Binary() { close(); }
  void close();  // unload, once
  Binary(const Binary&) = delete;
  Binary& operator=(const Binary&) = delete;

  Plugin* plugin(const std::string& identifier) const;  // its highest version; nullptr when there is none

  const std::shared_ptr<Host> host;
  std::vector<std::unique_ptr<Plugin>> plugins;

 private:
  void open(const std::string& path);
  void describeAll(const std::string& bundle);
  bool describe(Plugin& plugin, const std::string& bundle);
  void describeContext(Plugin& plugin, const std::string& context);

  void* library_ = nullptr;
  std::string path_;
};

// Violations of a finished description: mandated clips, components, depths.
void checkEffect(const Effect& descriptor);
void checkClips(const Effect& descriptor);

}  // namespace focuspuller::host
