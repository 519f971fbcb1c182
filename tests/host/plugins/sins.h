// SPDX-License-Identifier: Apache-2.0
// One breach of the standard a function, sorted by the action it is done in.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "kit.h"

struct Scene {
  OfxImageEffectHandle effect;
  OfxPropertySetHandle in, out;
};

// What the action answers after the sin.
using Sin = std::function<OfxStatus(const Scene&)>;
using Sins = std::map<std::string, Sin>;

bool sins(const char* name);  // whether the environment variable SIN has this name

const Sins& describeSins();
const Sins& contextSins();
const Sins& instanceSins();  // in createInstance
const Sins& changedSins();
const Sins& renderSins();
const Sins& questionSins(const std::string& action);  // regions, frames, identity, preferences
