// SPDX-License-Identifier: Apache-2.0
#include "sins.h"

using namespace kit;

namespace {

OfxPropertySetHandle choice(const Scene& s, std::initializer_list<const char*> options) {
  OfxPropertySetHandle p = nullptr;
  params->paramDefine(paramsOf(s.effect), kOfxParamTypeChoice, "sin", &p);
  int i = 0;
  for (const char* option : options) props->propSetString(p, kOfxParamPropChoiceOption, i++, option);
  return p;
}

}  // namespace

const Sins& describeSins() {
  static const Sins all = {
      {"unknown property",
       [](const Scene& s) { return props->propSetInt(propertiesOf(s.effect), "OfxImageEffectPropPonies", 0, 1); }},
      {"wrong type",
       [](const Scene& s) {
         return props->propSetDouble(propertiesOf(s.effect), kOfxImageEffectPropSupportsTiles, 0, 1.0);
       }},
      {"wrong type read",
       [](const Scene&) {
         double value;
         return props->propGetDouble(host->host, kOfxImageEffectHostPropIsBackground, 0, &value);
       }},
      {"bad index",
       [](const Scene& s) {
         return props->propSetInt(propertiesOf(s.effect), kOfxImageEffectPropSupportsTiles, 1, 1);
       }},
      {"gap in a list",
       [](const Scene& s) {
         return props->propSetString(propertiesOf(s.effect), kOfxImageEffectPropSupportedPixelDepths, 7,
                                     kOfxBitDepthByte);
       }},
      {"bad index read",
       [](const Scene&) {
         char* value;
         return props->propGetString(host->host, kOfxImageEffectPropSupportedComponents, 99, &value);
       }},
      {"read-only property", [](const Scene&) { return props->propSetString(host->host, kOfxPropName, 0, "mine"); }},
      {"value outside the list",
       [](const Scene& s) {
         return props->propSetString(propertiesOf(s.effect), kOfxImageEffectPropSupportedPixelDepths, 0, "Deep");
       }},
      {"not UTF-8",
       [](const Scene& s) {
         return props->propSetString(propertiesOf(s.effect), kOfxPropPluginDescription, 0, "tr\xE4ge");
       }},
      {"null string",
       [](const Scene& s) {
         return props->propSetString(propertiesOf(s.effect), kOfxPropPluginDescription, 0, nullptr);
       }},
      {"null property name", [](const Scene& s) { return props->propSetInt(propertiesOf(s.effect), nullptr, 0, 1); }},
      {"null place",
       [](const Scene&) { return props->propGetInt(host->host, kOfxImageEffectHostPropIsBackground, 0, nullptr); }},
      {"null handle", [](const Scene&) { return props->propSetInt(nullptr, kOfxImageEffectPropSupportsTiles, 0, 1); }},
      {"invented handle",
       [](const Scene&) {
         auto set = reinterpret_cast<OfxPropertySetHandle>(0x1234560);
         return props->propSetInt(set, kOfxImageEffectPropSupportsTiles, 0, 1);
       }},
      {"wrong kind of handle",
       [](const Scene& s) {
         auto set = reinterpret_cast<OfxPropertySetHandle>(s.effect);
         return props->propSetInt(set, kOfxImageEffectPropSupportsTiles, 0, 1);
       }},
      {"clip in describe", [](const Scene& s) { return effects->clipDefine(s.effect, "Source", nullptr); }},
      {"parameter in describe",
       [](const Scene& s) { return params->paramDefine(paramsOf(s.effect), kOfxParamTypeDouble, "sin", nullptr); }},
      {"clips alone temporal",
       [](const Scene& s) {
         return props->propSetInt(propertiesOf(s.effect), kOfxImageEffectPropTemporalClipAccess, 0, 0);
       }},
      {"no contexts",
       [](const Scene& s) { return props->propReset(propertiesOf(s.effect), kOfxImageEffectPropSupportedContexts); }},
      {"no depths",
       [](const Scene& s) {
         return props->propReset(propertiesOf(s.effect), kOfxImageEffectPropSupportedPixelDepths);
       }},
      {"handle of a parameter in describe",
       [](const Scene& s) {
         OfxParamHandle handle;
         return params->paramGetHandle(paramsOf(s.effect), "size", &handle, nullptr);
       }},
      {"bad message type", [](const Scene& s) { return messages->message(s.effect, "Gossip", "", "psst"); }},
  };
  return all;
}

const Sins& contextSins() {
  static const Sins all = {
      {"clip twice", [](const Scene& s) { return effects->clipDefine(s.effect, "Source", nullptr); }},
      {"nameless clip", [](const Scene& s) { return effects->clipDefine(s.effect, "", nullptr); }},
      {"clip without components",
       [](const Scene& s) {
         OfxPropertySetHandle p = nullptr;
         effects->clipDefine(s.effect, "Bare", &p);
         return props->propSetInt(p, kOfxImageClipPropOptional, 0, 1);
       }},
      {"second mandatory clip",
       [](const Scene& s) {
         defineClip(s.effect, "Second", false, false);
         return kOfxStatOK;
       }},
      {"clip handle while describing",
       [](const Scene& s) {
         OfxImageClipHandle handle;
         return effects->clipGetHandle(s.effect, "Source", &handle, nullptr);
       }},
      {"parameter twice",
       [](const Scene& s) { return params->paramDefine(paramsOf(s.effect), kOfxParamTypeDouble, "size", nullptr); }},
      {"invented parameter type",
       [](const Scene& s) { return params->paramDefine(paramsOf(s.effect), "OfxParamTypePony", "sin", nullptr); }},
      {"default outside the range",
       [](const Scene& s) {
         defineNumber(s.effect, "sin", 11, 0, 10);
         return kOfxStatOK;
       }},
      {"range upside down",
       [](const Scene& s) {
         defineNumber(s.effect, "sin", 5, 10, 0);
         return kOfxStatOK;
       }},
      {"display range too wide",
       [](const Scene& s) {
         return props->propSetDouble(defineNumber(s.effect, "sin", 5, 0, 10), kOfxParamPropDisplayMax, 0, 20.0);
       }},
      {"choice without options",
       [](const Scene& s) {
         choice(s, {});
         return kOfxStatOK;
       }},
      {"choice with the same option twice",
       [](const Scene& s) {
         choice(s, {"a", "a"});
         return kOfxStatOK;
       }},
      {"choice with a bad default",
       [](const Scene& s) { return props->propSetInt(choice(s, {"a", "b"}), kOfxParamPropDefault, 0, 2); }},
      {"missing parent",
       [](const Scene& s) {
         return props->propSetString(defineNumber(s.effect, "sin", 1, 0, 10), kOfxParamPropParent, 0, "nowhere");
       }},
      {"missing child",
       [](const Scene& s) {
         OfxPropertySetHandle p = nullptr;
         params->paramDefine(paramsOf(s.effect), kOfxParamTypePage, "sin", &p);
         return props->propSetString(p, kOfxParamPropPageChild, 0, "nobody");
       }},
      {"missing page",
       [](const Scene& s) {
         return props->propSetString(propertiesOf(s.effect), kOfxPluginPropParamPageOrder, 0, "nowhere");
       }},
      {"missing slave",
       [](const Scene& s) {
         return props->propSetString(propertiesOf(s.effect), kOfxImageEffectPropClipPreferencesSlaveParam, 0, "nobody");
       }},
      {"script name taken",
       [](const Scene& s) {
         return props->propSetString(defineNumber(s.effect, "sin", 1, 0, 10), kOfxParamPropScriptName, 0, "size");
       }},
      {"no ranges",
       [](const Scene& s) { return params->paramDefine(paramsOf(s.effect), kOfxParamTypeDouble, "sin", nullptr); }},
  };
  return all;
}
