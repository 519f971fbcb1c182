// SPDX-License-Identifier: Apache-2.0
// The part of Effect that talks to the artist.
#include <mutex>
#include <set>

#include "effect.h"
#include "host_quirks.h"

namespace focuspuller {
namespace {

constexpr char kMessageId[] = "FocusPuller";

// Whether this text has not been told before in this host process.
bool firstTime(const std::string& text) {
  static std::mutex mutex;
  static std::set<std::string> told;
  const std::lock_guard<std::mutex> lock(mutex);
  return told.insert(text).second;
}

// The text as a format without arguments: Natron hands its va_list on as if it were the argument, which prints nonsense
// or crashes.
std::string asFormat(const std::string& text) {
  std::string format;
  for (const char c : text) format.append(c == '%' ? 2 : 1, c);
  return format;
}

}  // namespace

void Effect::showError(const std::string& what) {
  const bool named = what.compare(0, node_.label.size(), node_.label) == 0;  // the worker's errors begin with the node
  const std::string text = named ? what : node_.label + ": " + what;
  const Suites& s = suites();
  if (s.persistentMessage && hostFacts().persistentMessages && s.persistentMessage->setPersistentMessage) {
    if (s.persistentMessage->setPersistentMessage(handle_, kOfxMessageError, kMessageId, asFormat(text).c_str()) ==
        kOfxStatOK) {
      errorShown_ = true;
      return;
    }
  }
  // Without a place in the viewer a dialogue a frame would bury the artist: once for each text.
  if (s.message && firstTime(node_.id + text))
    s.message->message(handle_, kOfxMessageError, kMessageId, asFormat(text).c_str());
}

void Effect::clearError() {
  if (errorShown_.exchange(false)) suites().persistentMessage->clearPersistentMessage(handle_);
}

void Effect::log(const std::string& type, const std::string& text) const {
  const char* const kind = hostFacts().warningDialogues ? kOfxMessageLog : kOfxMessageWarning;
  if (suites().message && firstTime(node_.id + text))
    suites().message->message(handle_, kind, kMessageId, asFormat(node_.label + ": " + type + ": " + text).c_str());
}

void Effect::tell(const std::string& text) const {
  if (suites().message) suites().message->message(handle_, kOfxMessageMessage, kMessageId, asFormat(text).c_str());
}

}  // namespace focuspuller
