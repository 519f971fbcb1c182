// SPDX-License-Identifier: Apache-2.0
// How the worker is started: which interpreter, with what environment, writing its log where.
#pragma once

#include <string>
#include <vector>

namespace focuspuller {

struct Launch {
  std::vector<std::string> command;
  std::vector<std::string> environment;
  std::string log;  // path; "" where no log can be written
};

// Throws std::runtime_error with one sentence that names the cure. bundle: …/FocusPuller.ofx.bundle.
Launch planLaunch(const std::string& bundle);

// Opens the log for appending, making its folder; /dev/null where that fails: a log must never stop a render.
int openLog(const std::string& path);

// The last line that was written to the log after `from` bytes; "" when there is none.
std::string lastLogLine(const std::string& path, size_t from);
size_t logSize(const std::string& path);

// A number from the environment; `fallback` where it is missing or no positive number.
double environmentNumber(const char* name, double fallback);

}  // namespace focuspuller
