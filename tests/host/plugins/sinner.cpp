// SPDX-License-Identifier: Apache-2.0
// A plug-in that does everything right but what the environment variable SIN names.
#include "sins.h"

using namespace kit;

void remember(OfxPropertySetHandle set);

bool sins(const char* name) {
  const char* sin = std::getenv("SIN");
  return sin && std::strcmp(sin, name) == 0;
}

namespace {

OfxStatus commit(const Sins& all, const Scene& scene, OfxStatus otherwise) {
  for (const auto& [name, sin] : all) {
    if (sins(name.c_str())) return sin(scene);
  }
  return otherwise;
}

OfxStatus describeInContext(const Scene& s) {
  if (!sins("no Output")) defineClip(s.effect, kOfxImageEffectOutputClipName, false, false);
  if (!sins("no Source")) defineClip(s.effect, kOfxImageEffectSimpleSourceClipName, sins("optional Source"), true);
  defineClip(s.effect, "Matte", true, false);
  defineNumber(s.effect, "size", 1, 0, 100);
  props->propSetInt(defineNumber(s.effect, "fixed", 1, 0, 100), kOfxParamPropAnimates, 0, 0);
  OfxPropertySetHandle p = nullptr;
  params->paramDefine(paramsOf(s.effect), kOfxParamTypeChoice, "mode", &p);
  props->propSetString(p, kOfxParamPropChoiceOption, 0, "only");
  params->paramDefine(paramsOf(s.effect), kOfxParamTypePushButton, "button", nullptr);
  commit(contextSins(), s, kOfxStatOK);
  return kOfxStatOK;
}

OfxStatus render(const Scene& s) {
  Image output;
  const double time = number(s.in, kOfxPropTime);
  if (getImage(s.effect, "Output", time, output) != kOfxStatOK) return kOfxStatFailed;
  for (int y = output.bounds.y1; y < output.bounds.y2; ++y) {
    std::memset(output.at(output.bounds.x1, y), 0, (output.bounds.x2 - output.bounds.x1) * output.bytes());
  }
  return effects->clipReleaseImage(output.handle);
}

}  // namespace

OfxStatus sinnerMain(const char* action, const void* handle, OfxPropertySetHandle in, OfxPropertySetHandle out) {
  const std::string what = action;
  const Scene scene{effectOf(handle), in, out};
  if (what == kOfxActionLoad) {
    fetchSuites();
    return kOfxStatOK;
  }
  if (what == kOfxActionDescribe) {
    describeEffect(scene.effect, "Sinner");
    remember(propertiesOf(scene.effect));
    commit(describeSins(), scene, kOfxStatOK);
    return kOfxStatOK;
  }
  if (what == kOfxImageEffectActionDescribeInContext) return describeInContext(scene);
  if (what == kOfxActionCreateInstance) return commit(instanceSins(), scene, kOfxStatOK);
  if (what == kOfxActionInstanceChanged) return commit(changedSins(), scene, kOfxStatReplyDefault);
  if (what == kOfxImageEffectActionRender) {
    const Sins& all = renderSins();
    for (const auto& [name, sin] : all) {
      if (sins(name.c_str())) return sin(scene);
    }
    return render(scene);
  }
  return commit(questionSins(what), scene, kOfxStatReplyDefault);
}
