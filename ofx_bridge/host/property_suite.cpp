// SPDX-License-Identifier: Apache-2.0
// The property suite, version 1.
#include "actions.h"
#include "host.h"
#include "properties.h"
#include "property.h"
#include "suites.h"

namespace focuspuller::host {
namespace {

template <class C>
struct Traits;
template <>
struct Traits<int> {
  static constexpr Type type = Type::integer;
};
template <>
struct Traits<double> {
  static constexpr Type type = Type::number;
};
template <>
struct Traits<void*> {
  static constexpr Type type = Type::pointer;
};

std::shared_ptr<PropertySet> find(OfxPropertySetHandle handle, const char* function) {
  return resolve<PropertySet>(handle, function);
}

template <class C>
OfxStatus set(const char* function, OfxPropertySetHandle handle, const char* name, int index, C value) {
  auto set = find(handle, function);
  return set ? set->write(function, name, index, Value(value)) : kOfxStatErrBadHandle;
}

OfxStatus setText(const char* function, OfxPropertySetHandle handle, const char* name, int index, const char* value) {
  auto set = find(handle, function);
  if (!set) return kOfxStatErrBadHandle;
  if (!value) {
    violate(set->host, function, std::string(name ? name : "NULL") + " on " + set->what + ": the string is NULL");
    return kOfxStatErrValue;
  }
  return set->write(function, name, index, std::string(value));
}

bool goodCount(const PropertySet& set, const char* function, int count, const void* values) {
  if (count >= 0 && (values || count == 0)) return true;
  violate(set.host, function, "got " + std::to_string(count) + " values at " + (values ? "an address" : "NULL"));
  return false;
}

template <class C>
OfxStatus setN(const char* function, OfxPropertySetHandle handle, const char* name, int count, const C* values) {
  auto set = find(handle, function);
  if (!set) return kOfxStatErrBadHandle;
  if (!goodCount(*set, function, count, values)) return kOfxStatErrValue;
  std::vector<Value> all;
  for (int i = 0; i < count; ++i) all.emplace_back(const_cast<std::remove_const_t<C>&>(values[i]));
  return set->writeAll(function, name, std::move(all));
}

OfxStatus setTextN(const char* function, OfxPropertySetHandle handle, const char* name, int count,
                   const char* const* values) {
  auto set = find(handle, function);
  if (!set) return kOfxStatErrBadHandle;
  if (!goodCount(*set, function, count, values)) return kOfxStatErrValue;
  std::vector<Value> all;
  for (int i = 0; i < count; ++i) all.emplace_back(std::string(values[i] ? values[i] : ""));
  return set->writeAll(function, name, std::move(all));
}

template <class C>
OfxStatus get(const char* function, OfxPropertySetHandle handle, const char* name, int index, C* value) {
  auto set = find(handle, function);
  if (!set) return kOfxStatErrBadHandle;
  if (!value) {
    violate(set->host, function, "got NULL as the place to put the value");
    return kOfxStatErrValue;
  }
  Value stored;
  OfxStatus status = set->read(function, name, index, Traits<C>::type, stored, nullptr);
  if (status == kOfxStatOK) *value = std::get<C>(stored);
  return status;
}

OfxStatus getText(const char* function, OfxPropertySetHandle handle, const char* name, int index, char** value) {
  auto set = find(handle, function);
  if (!set) return kOfxStatErrBadHandle;
  if (!value) {
    violate(set->host, function, "got NULL as the place to put the value");
    return kOfxStatErrValue;
  }
  Value unused;
  return set->read(function, name, index, Type::text, unused, value);
}

template <class C, class Get>
OfxStatus getN(OfxPropertySetHandle handle, const char* name, int count, C* values, Get getOne) {
  for (int i = 0; i < count; ++i) {
    OfxStatus status = getOne(handle, name, i, values ? values + i : nullptr);
    if (status != kOfxStatOK) return status;
  }
  return kOfxStatOK;
}

OfxStatus getPointer(OfxPropertySetHandle handle, const char* name, int index, void** value) {
  return get("propGetPointer", handle, name, index, value);
}
OfxStatus getString(OfxPropertySetHandle handle, const char* name, int index, char** value) {
  return getText("propGetString", handle, name, index, value);
}
OfxStatus getDouble(OfxPropertySetHandle handle, const char* name, int index, double* value) {
  return get("propGetDouble", handle, name, index, value);
}
OfxStatus getInt(OfxPropertySetHandle handle, const char* name, int index, int* value) {
  return get("propGetInt", handle, name, index, value);
}

}  // namespace

const OfxPropertySuiteV1 kPropertySuite = {
    [](OfxPropertySetHandle handle, const char* name, int index, void* value) {
      return set("propSetPointer", handle, name, index, value);
    },
    [](OfxPropertySetHandle handle, const char* name, int index, const char* value) {
      return setText("propSetString", handle, name, index, value);
    },
    [](OfxPropertySetHandle handle, const char* name, int index, double value) {
      return set("propSetDouble", handle, name, index, value);
    },
    [](OfxPropertySetHandle handle, const char* name, int index, int value) {
      return set("propSetInt", handle, name, index, value);
    },
    [](OfxPropertySetHandle handle, const char* name, int count, void* const* values) {
      return setN("propSetPointerN", handle, name, count, values);
    },
    [](OfxPropertySetHandle handle, const char* name, int count, const char* const* values) {
      return setTextN("propSetStringN", handle, name, count, values);
    },
    [](OfxPropertySetHandle handle, const char* name, int count, const double* values) {
      return setN("propSetDoubleN", handle, name, count, values);
    },
    [](OfxPropertySetHandle handle, const char* name, int count, const int* values) {
      return setN("propSetIntN", handle, name, count, values);
    },
    getPointer,
    getString,
    getDouble,
    getInt,
    [](OfxPropertySetHandle handle, const char* name, int count, void** values) {
      return getN(handle, name, count, values, getPointer);
    },
    [](OfxPropertySetHandle handle, const char* name, int count, char** values) {
      return getN(handle, name, count, values, getString);
    },
    [](OfxPropertySetHandle handle, const char* name, int count, double* values) {
      return getN(handle, name, count, values, getDouble);
    },
    [](OfxPropertySetHandle handle, const char* name, int count, int* values) {
      return getN(handle, name, count, values, getInt);
    },
    [](OfxPropertySetHandle handle, const char* name) {
      auto set = find(handle, "propReset");
      return set ? set->reset("propReset", name) : kOfxStatErrBadHandle;
    },
    [](OfxPropertySetHandle handle, const char* name, int* count) {
      auto set = find(handle, "propGetDimension");
      if (!set) return kOfxStatErrBadHandle;
      if (count) return set->count("propGetDimension", name, *count);
      violate(set->host, "propGetDimension", "got NULL as the place to put the count");
      return kOfxStatErrValue;
    },
};

}  // namespace focuspuller::host
