// SPDX-License-Identifier: Apache-2.0
// The binary: org.test.Gain keeps every rule, org.test.Sinner breaks the one that SIN names.
#include "kit.h"

#if defined(_WIN32)
#define EXPORTED __declspec(dllexport)
#else
#define EXPORTED __attribute__((visibility("default")))
#endif

OfxStatus gainMain(const char*, const void*, OfxPropertySetHandle, OfxPropertySetHandle);
OfxStatus sinnerMain(const char*, const void*, OfxPropertySetHandle, OfxPropertySetHandle);
bool sins(const char* name);

namespace {

void setHost(OfxHost* given) {
  kit::host = given;
  if (sins("fetch suite in setHost")) kit::fetchSuites();
}

OfxPlugin gain = {kOfxImageEffectPluginApi, 1, "org.test.Gain", 1, 2, setHost, gainMain};
OfxPlugin sinner = {kOfxImageEffectPluginApi, 1, "org.test.Sinner", 1, 0, setHost, sinnerMain};

}  // namespace

extern "C" EXPORTED int OfxGetNumberOfPlugins() { return 2; }
extern "C" EXPORTED OfxPlugin* OfxGetPlugin(int index) { return index == 0 ? &gain : index == 1 ? &sinner : nullptr; }
