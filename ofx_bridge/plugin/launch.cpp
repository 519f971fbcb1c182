// SPDX-License-Identifier: Apache-2.0
#include "launch.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <locale>
#include <sstream>
#include <stdexcept>

#include "json.h"

extern char** environ;

namespace focuspuller {
namespace {

const char* const kPythonVariable = "FOCUSPULLER_PYTHON";
const char* const kLogVariable = "FOCUSPULLER_LOG";

// The host's own Python and libraries are none of the worker's.
const char* const kScrubbed[] = {
    "PYTHON", "LD_LIBRARY_PATH=", "LD_PRELOAD=", "DYLD_", "__PYVENV_LAUNCHER__=", "FOCUSPULLER_LOG="};

std::string variable(const char* name) {
  const char* const value = std::getenv(name);
  return value ? value : "";
}

bool startsWith(const std::string& text, const char* prefix) { return text.rfind(prefix, 0) == 0; }

std::string parent(const std::string& path) {
  const size_t slash = path.find_last_of('/');
  return slash == std::string::npos ? "" : path.substr(0, slash);
}

std::string lastPart(const std::string& path) { return path.substr(path.find_last_of('/') + 1); }

bool runnable(const std::string& path) {
  struct stat entry{};
  return stat(path.c_str(), &entry) == 0 && S_ISREG(entry.st_mode) && access(path.c_str(), X_OK) == 0;
}

std::string configurationPath(const std::string& bundle) { return bundle + "/Contents/Resources/worker.json"; }

Json readConfiguration(const std::string& bundle) {
  const std::string path = configurationPath(bundle);
  std::ifstream file(path, std::ios::binary);
  if (!file) return Json(Json::Object());
  std::ostringstream text;
  text << file.rdbuf();
  Json configuration = Json::parse(text.str(), path);
  configuration.object();
  return configuration;
}

std::vector<std::string> strings(const Json& list) {
  std::vector<std::string> result;
  if (list.isNull()) return result;
  for (const Json& item : list.array()) result.push_back(item.string());
  return result;
}

// The Python of the environment whose site-packages hold the bundle: ENV/lib/python3.x/site-packages/focuspuller/….
std::string environmentPython(const std::string& bundle) {
  const std::string packages = parent(parent(bundle));
  if (lastPart(packages) != "site-packages" && lastPart(packages) != "dist-packages") return "";
  for (std::string folder = parent(packages); !folder.empty(); folder = parent(folder)) {
    if (runnable(folder + "/bin/python3")) return folder + "/bin/python3";
  }
  return "";
}

std::string findPython(const std::string& bundle, const Json& configuration) {
  const std::string cure = "; set the variable " + std::string(kPythonVariable) + ", or \"python\" in " +
                           configurationPath(bundle) + ", to a Python that has focuspuller installed";
  if (const std::string python = variable(kPythonVariable); !python.empty()) {
    if (runnable(python)) return python;
    throw std::runtime_error(std::string(kPythonVariable) + " names " + python + ", which is no program" + cure);
  }
  if (configuration.has("python")) {
    const std::string& python = configuration.at("python").string();
    if (runnable(python)) return python;
    throw std::runtime_error("the Python of the render worker, " + python + ", is not there" + cure);
  }
  if (const std::string python = environmentPython(bundle); !python.empty()) return python;
  throw std::runtime_error("no Python is known for the render worker" + cure);
}

std::string logPath() {
  if (const std::string path = variable(kLogVariable); !path.empty()) return path;
  if (const std::string state = variable("XDG_STATE_HOME"); startsWith(state, "/")) {
    return state + "/focuspuller/worker.log";
  }
  if (const std::string home = variable("HOME"); startsWith(home, "/")) {
    return home + "/.local/state/focuspuller/worker.log";
  }
  return "";
}

void makeFolders(const std::string& path) {
  if (path.empty() || mkdir(path.c_str(), 0755) == 0 || access(path.c_str(), F_OK) == 0) return;
  makeFolders(parent(path));
  mkdir(path.c_str(), 0755);
}

std::vector<std::string> scrubbedEnvironment(const std::string& log) {
  std::vector<std::string> result;
  for (char** entry = environ; entry && *entry; ++entry) {
    const std::string text = *entry;
    bool scrubbed = false;
    for (const char* const prefix : kScrubbed) scrubbed = scrubbed || startsWith(text, prefix);
    if (!scrubbed) result.push_back(text);
  }
  result.push_back("PYTHONNOUSERSITE=1");
  if (!log.empty()) result.push_back(std::string(kLogVariable) + "=" + log);
  return result;
}

}  // namespace

Launch planLaunch(const std::string& bundle) {
  const Json configuration = readConfiguration(bundle);
  Launch launch;
  launch.command.push_back(findPython(bundle, configuration));
  for (const std::string& argument : strings(configuration.at("arguments"))) launch.command.push_back(argument);
  for (const char* const argument : {"-I", "-m", "focuspuller.ofx_bridge.worker", "--descriptor", "3"}) {
    launch.command.emplace_back(argument);
  }
  for (const std::string& path : strings(configuration.at("paths"))) {
    launch.command.emplace_back("--path");
    launch.command.push_back(path);
  }
  launch.log = logPath();
  launch.environment = scrubbedEnvironment(launch.log);
  return launch;
}

int openLog(const std::string& path) {
  makeFolders(parent(path));
  const int log = path.empty() ? -1 : open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
  return log >= 0 ? log : open("/dev/null", O_WRONLY | O_CLOEXEC);
}

size_t logSize(const std::string& path) {
  struct stat entry{};
  return stat(path.c_str(), &entry) == 0 ? static_cast<size_t>(entry.st_size) : 0;
}

std::string lastLogLine(const std::string& path, size_t from) {
  std::ifstream file(path, std::ios::binary);
  file.seekg(static_cast<std::streamoff>(from));
  std::string line, last;
  while (std::getline(file, line)) {
    if (line.find_first_not_of(" \t\r") != std::string::npos) last = line;
  }
  return last;
}

double environmentNumber(const char* name, double fallback) {
  std::istringstream text(variable(name));
  text.imbue(std::locale::classic());
  double value = 0;
  return text >> value && value > 0 ? value : fallback;
}

}  // namespace focuspuller
