// SPDX-License-Identifier: Apache-2.0
// One host: what it offers to plug-ins, and the record of what they did wrong and said.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core.h"
#include "handles.h"
#include "profile.h"
#include "properties.h"

namespace focuspuller::host {

struct Message {
  std::string type;  // OpenFX name, "OfxMessageError" …
  std::string id;
  std::string text;
  bool persistent = false;
};

class Host {
 public:
  explicit Host(Profile profile);
  ~Host();

  // Records a sentence; what is being called is put before it.
  void violate(const std::string& sentence);
  std::vector<std::string> violations() const;
  void clearViolations();

  // What a plug-in says outside any instance.
  void post(Message message);
  std::vector<Message> messages() const;

  bool offers(const char* suite, int version) const;
  bool supportsContext(const std::string& context) const;

  const Profile profile;
  std::shared_ptr<PropertySet> properties;
  OfxHost abi{};

  double now() const { return time.load(); }
  std::atomic<double> time{1};  // of the timeline

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> violations_;
  std::vector<Message> messages_;
};

// Records a violation by the function being called; on every host when it is not known which one is meant.
void violate(Host* host, const char* function, const std::string& sentence);

}  // namespace focuspuller::host
