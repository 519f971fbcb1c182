// SPDX-License-Identifier: Apache-2.0
// The parameter suite, version 1.
#include <cstdarg>
#include <cstring>

#include "actions.h"
#include "effect.h"
#include "host.h"
#include "params.h"
#include "suites.h"

namespace focuspuller::host {
namespace {

constexpr unsigned kReads = kWithInstance;
// With a time at hand, the value at that time is meant.
constexpr unsigned kReadsNow = kWithInstance & ~static_cast<unsigned>(kTimed);

std::shared_ptr<Param> instanceParam(OfxParamHandle handle, const char* function, unsigned actions, OfxStatus& status) {
  auto param = resolve<Param>(handle, function);
  status = kOfxStatErrBadHandle;
  if (!param) return nullptr;
  status = kOfxStatFailed;
  return permitted(param->host, function, actions) ? param : nullptr;
}

OfxStatus complain(const Param& param, const char* function, const std::string& sentence, OfxStatus status) {
  violate(param.host, function, param.what + ": " + sentence);
  return status;
}

// Puts the value where the caller's pointers say. Strings live until the action ends.
OfxStatus deliver(const Param& param, const char* function, const ParamValue& value, std::va_list& places) {
  if (!param.holdsValue()) return complain(param, function, "holds no value", kOfxStatErrUnsupported);
  for (int i = 0; i < param.type.dimension; ++i) {
    void* place = va_arg(places, void*);
    if (!place) return complain(param, function, "got NULL as the place to put the value", kOfxStatErrValue);
    switch (param.type.type) {
      case Type::integer:
        *static_cast<int*>(place) = static_cast<int>(value.numbers[i]);
        break;
      case Type::number:
        *static_cast<double*>(place) = value.numbers[i];
        break;
      default: {
        std::lock_guard lock(currentCall->mutex);
        currentCall->strings.push_back(value.text);
        *static_cast<char**>(place) = currentCall->strings.back().data();
      }
    }
  }
  return kOfxStatOK;
}

OfxStatus collect(const Param& param, const char* function, std::va_list& values, ParamValue& value) {
  if (!param.holdsValue()) return complain(param, function, "holds no value", kOfxStatErrUnsupported);
  for (int i = 0; i < param.type.dimension; ++i) {
    if (param.type.type == Type::text) {
      const char* text = va_arg(values, const char*);
      if (!text) return complain(param, function, "got NULL as string", kOfxStatErrValue);
      value.text = text;
      if (!validUtf8(value.text)) return complain(param, function, "got a string that is not UTF-8", kOfxStatErrValue);
    } else {
      value.numbers[i] = param.type.type == Type::integer ? va_arg(values, int) : va_arg(values, double);
    }
  }
  if (param.clamp(value)) complain(param, function, "got a value outside its range", kOfxStatErrValue);
  return kOfxStatOK;
}

void edited(const Param& param) {
  if (auto* instance = dynamic_cast<Instance*>(&param.owner)) instance->pluginEdited(param.name);
}

OfxStatus paramDefine(OfxParamSetHandle handle, const char* type, const char* name, OfxPropertySetHandle* properties) {
  auto set = resolve<ParamSet>(handle, "paramDefine");
  if (!set) return kOfxStatErrBadHandle;
  if (!permitted(set->host, "paramDefine", kDescribeInContext)) return kOfxStatFailed;
  Effect& effect = set->owner;
  if (&effect != currentCall->effect.get()) {
    violate(set->host, "paramDefine", "got another effect's parameter set than the one being described");
    return kOfxStatErrBadHandle;
  }
  if (!type || !name || !*name) {
    violate(set->host, "paramDefine", "the parameter has no type or no name");
    return kOfxStatErrValue;
  }
  const ParamType* known = paramType(type);
  if (!known) {
    if (knownParamType(type)) return kOfxStatErrUnsupported;
    violate(set->host, "paramDefine", std::string("the standard has no parameter type ") + type);
    return kOfxStatErrUnknown;
  }
  if (effect.param(name)) {
    violate(set->host, "paramDefine", std::string("the parameter ") + name + " is defined twice");
    return kOfxStatErrExists;
  }
  effect.params.push_back(make<Param>(set->host, effect, *known, name));
  if (properties) *properties = effect.params.back()->properties->as<OfxPropertySetHandle>();
  return kOfxStatOK;
}

OfxStatus paramGetHandle(OfxParamSetHandle handle, const char* name, OfxParamHandle* param,
                         OfxPropertySetHandle* properties) {
  auto set = resolve<ParamSet>(handle, "paramGetHandle");
  if (!set) return kOfxStatErrBadHandle;
  if (!permitted(set->host, "paramGetHandle", kReads)) return kOfxStatFailed;
  auto found = name ? set->owner.param(name) : nullptr;
  if (!found || !param) {
    violate(set->host, "paramGetHandle", std::string("there is no parameter ") + (name ? name : "NULL"));
    return kOfxStatErrUnknown;
  }
  *param = found->as<OfxParamHandle>();
  if (properties) *properties = found->properties->as<OfxPropertySetHandle>();
  return kOfxStatOK;
}

OfxStatus paramSetGetPropertySet(OfxParamSetHandle handle, OfxPropertySetHandle* properties) {
  auto set = resolve<ParamSet>(handle, "paramSetGetPropertySet");
  if (!set || !properties) return kOfxStatErrBadHandle;
  *properties = set->owner.properties->as<OfxPropertySetHandle>();
  return kOfxStatOK;
}

OfxStatus paramGetPropertySet(OfxParamHandle handle, OfxPropertySetHandle* properties) {
  auto param = resolve<Param>(handle, "paramGetPropertySet");
  if (!param || !properties) return kOfxStatErrBadHandle;
  *properties = param->properties->as<OfxPropertySetHandle>();
  return kOfxStatOK;
}

OfxStatus paramGetValue(OfxParamHandle handle, ...) {
  OfxStatus status;
  auto param = instanceParam(handle, "paramGetValue", kReadsNow, status);
  if (!param) return status;
  double time = currentCall->time;
  if (!inAction(kChanged | kInteractDraw | kInteractInput)) time = param->host->now();
  std::va_list places;
  va_start(places, handle);
  status = deliver(*param, "paramGetValue", param->value(time), places);
  va_end(places);
  return status;
}

OfxStatus paramGetValueAtTime(OfxParamHandle handle, OfxTime time, ...) {
  OfxStatus status;
  auto param = instanceParam(handle, "paramGetValueAtTime", kReads, status);
  if (!param) return status;
  std::va_list places;
  va_start(places, time);
  status = deliver(*param, "paramGetValueAtTime", param->value(time), places);
  va_end(places);
  return status;
}

OfxStatus paramGetDerivative(OfxParamHandle handle, OfxTime time, ...) {
  OfxStatus status;
  auto param = instanceParam(handle, "paramGetDerivative", kReads, status);
  if (!param) return status;
  if (param->type.type != Type::number) return kOfxStatErrUnsupported;
  std::va_list places;
  va_start(places, time);
  status = deliver(*param, "paramGetDerivative", param->derivative(time), places);
  va_end(places);
  return status;
}

OfxStatus paramGetIntegral(OfxParamHandle handle, OfxTime first, OfxTime last, ...) {
  OfxStatus status;
  auto param = instanceParam(handle, "paramGetIntegral", kReads, status);
  if (!param) return status;
  if (param->type.type != Type::number) return kOfxStatErrUnsupported;
  std::va_list places;
  va_start(places, last);
  status = deliver(*param, "paramGetIntegral", param->integral(first, last), places);
  va_end(places);
  return status;
}

OfxStatus paramSetValue(OfxParamHandle handle, ...) {
  OfxStatus status;
  auto param = instanceParam(handle, "paramSetValue", kValueWrites, status);
  if (!param) return status;
  ParamValue value;
  std::va_list values;
  va_start(values, handle);
  status = collect(*param, "paramSetValue", values, value);
  va_end(values);
  if (status != kOfxStatOK) return status;
  param->setValue(value);
  edited(*param);
  return kOfxStatOK;
}

OfxStatus paramSetValueAtTime(OfxParamHandle handle, OfxTime time, ...) {
  OfxStatus status;
  auto param = instanceParam(handle, "paramSetValueAtTime", kValueWrites, status);
  if (!param) return status;
  ParamValue value;
  std::va_list values;
  va_start(values, time);
  status = collect(*param, "paramSetValueAtTime", values, value);
  va_end(values);
  if (status != kOfxStatOK) return status;
  if (!param->properties->integer(kOfxParamPropAnimates)) {
    return complain(*param, "paramSetValueAtTime", "does not animate", kOfxStatErrUnsupported);
  }
  param->setKey(time, value, static_cast<Instance&>(param->owner).keyInterpolation);
  edited(*param);
  return kOfxStatOK;
}

OfxStatus paramGetNumKeys(OfxParamHandle handle, unsigned int* count) {
  OfxStatus status;
  auto param = instanceParam(handle, "paramGetNumKeys", kReads, status);
  if (!param) return status;
  if (!count) return complain(*param, "paramGetNumKeys", "got NULL as the place to put the count", kOfxStatErrValue);
  *count = static_cast<unsigned int>(param->curve().keys().size());
  return kOfxStatOK;
}

OfxStatus paramGetKeyTime(OfxParamHandle handle, unsigned int nth, OfxTime* time) {
  OfxStatus status;
  auto param = instanceParam(handle, "paramGetKeyTime", kReads, status);
  if (!param) return status;
  if (!time) return complain(*param, "paramGetKeyTime", "got NULL as the place to put the time", kOfxStatErrValue);
  const Curve curve = param->curve();
  if (nth >= curve.keys().size()) return kOfxStatErrBadIndex;
  *time = curve.keys()[nth].time;
  return kOfxStatOK;
}

OfxStatus paramGetKeyIndex(OfxParamHandle handle, OfxTime time, int direction, int* index) {
  OfxStatus status;
  auto param = instanceParam(handle, "paramGetKeyIndex", kReads, status);
  if (!param) return status;
  if (!index) return complain(*param, "paramGetKeyIndex", "got NULL as the place to put the index", kOfxStatErrValue);
  *index = param->curve().find(time, direction);
  return *index < 0 ? kOfxStatFailed : kOfxStatOK;
}

OfxStatus paramDeleteKey(OfxParamHandle handle, OfxTime time) {
  OfxStatus status;
  auto param = instanceParam(handle, "paramDeleteKey", kValueWrites, status);
  if (!param) return status;
  if (!param->eraseKey(time)) return kOfxStatErrBadIndex;
  edited(*param);
  return kOfxStatOK;
}

OfxStatus paramDeleteAllKeys(OfxParamHandle handle) {
  OfxStatus status;
  auto param = instanceParam(handle, "paramDeleteAllKeys", kValueWrites, status);
  if (!param) return status;
  param->eraseKeys();
  edited(*param);
  return kOfxStatOK;
}

OfxStatus paramCopy(OfxParamHandle to, OfxParamHandle from, OfxTime offset, const OfxRangeD* range) {
  OfxStatus status;
  auto target = instanceParam(to, "paramCopy", kValueWrites, status);
  auto origin = target ? resolve<Param>(from, "paramCopy") : nullptr;
  if (!origin) return target ? kOfxStatErrBadHandle : status;
  if (std::strcmp(target->type.name, origin->type.name) != 0) {
    return complain(*target, "paramCopy", "is of another type than " + origin->what, kOfxStatErrValue);
  }
  const bool all = !range || (range->min == 0 && range->max == 0);
  target->copyFrom(*origin, offset, all ? nullptr : &range->min, all ? nullptr : &range->max);
  edited(*target);
  return kOfxStatOK;
}

OfxStatus paramEditBegin(OfxParamSetHandle handle, const char*) {
  auto set = resolve<ParamSet>(handle, "paramEditBegin");
  if (!set) return kOfxStatErrBadHandle;
  if (!permitted(set->host, "paramEditBegin", kChanged | kInteractInput)) return kOfxStatFailed;
  ++currentCall->edits;
  return kOfxStatOK;
}

OfxStatus paramEditEnd(OfxParamSetHandle handle) {
  auto set = resolve<ParamSet>(handle, "paramEditEnd");
  if (!set) return kOfxStatErrBadHandle;
  if (!permitted(set->host, "paramEditEnd", kChanged | kInteractInput)) return kOfxStatFailed;
  if (currentCall->edits == 0) {
    violate(set->host, "paramEditEnd", "was called without paramEditBegin");
    return kOfxStatFailed;
  }
  --currentCall->edits;
  return kOfxStatOK;
}

}  // namespace

const OfxParameterSuiteV1 kParameterSuite = {
    paramDefine,         paramGetHandle,     paramSetGetPropertySet, paramGetPropertySet, paramGetValue,
    paramGetValueAtTime, paramGetDerivative, paramGetIntegral,       paramSetValue,       paramSetValueAtTime,
    paramGetNumKeys,     paramGetKeyTime,    paramGetKeyIndex,       paramDeleteKey,      paramDeleteAllKeys,
    paramCopy,           paramEditBegin,     paramEditEnd,
};

}  // namespace focuspuller::host
