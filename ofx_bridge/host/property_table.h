// SPDX-License-Identifier: Apache-2.0
// Which property is on which object: type, dimension, who may write it, its default and the values it may take.
// The names are written out here, not taken from the api headers, so that a misspelt one there is found.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace focuspuller::host {

enum class Type { integer, number, text, pointer };

enum class Write {
  never,       // the host alone
  descriptor,  // the plug-in, while it describes
  always,      // the plug-in, on descriptors and on instances
};

struct Property {
  std::string name;
  Type type;
  int count;  // 0 = any number
  Write write;
  std::string initial = "";  // values separated by '|'; "absent" = not there until the host gives it
  std::string allowed = "";  // values separated by '|'; "" = any
};

using Schema = std::map<std::string, Property, std::less<>>;

struct ParamType {
  const char* name;
  Type type;
  int dimension;  // 0 = holds no value
};

// nullptr when the standard does not know the type or this host does not support it.
const ParamType* paramType(const std::string& name);
bool knownParamType(const std::string& name);

const Schema& hostSchema();
const Schema& effectDescriptorSchema();
const Schema& effectInstanceSchema();
const Schema& clipDescriptorSchema();
const Schema& clipInstanceSchema();
const Schema& imageSchema();
const Schema& paramSchema(const ParamType& type);
const Schema& interactDescriptorSchema();
const Schema& interactInstanceSchema();

// The arguments of an action; nullptr where the standard passes NULL.
const Schema* inArguments(const std::string& action);
const Schema* outArguments(const std::string& action);

std::vector<std::string> split(const std::string& text, char separator);

}  // namespace focuspuller::host
