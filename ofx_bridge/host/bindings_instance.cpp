// SPDX-License-Identifier: Apache-2.0
// Instances for Python. Windows are (x0, y0, x1, y1) in pixels of the scale, y down.
#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "bindings.h"
#include "effect.h"
#include "overlay.h"
#include "pixels.h"
#include "python_clip.h"

namespace py = pybind11;
using namespace py::literals;

namespace focuspuller::host {
namespace {

using Rectangle = std::tuple<int, int, int, int>;
using Scale = std::pair<double, double>;
using Keys = std::vector<std::tuple<double, py::object, int>>;

Rectangle shown(const Window& w) { return {w.x0, w.y0, w.x1, w.y1}; }
Window given(const Rectangle& r) { return {std::get<0>(r), std::get<1>(r), std::get<2>(r), std::get<3>(r)}; }

RenderOptions options(double time, Scale scale) {
  RenderOptions result;
  result.time = result.first = result.last = time;
  result.scale = {scale.first, scale.second};
  return result;
}

std::shared_ptr<Param> paramNamed(const Instance& instance, const std::string& name) {
  auto param = instance.param(name);
  if (!param) throw py::key_error(name);
  return param;
}

// A list of numbers, or a string.
py::object toPython(const Param& param, const ParamValue& value) {
  if (param.type.type == Type::text) return py::str(value.text);
  py::list numbers;
  for (int i = 0; i < param.type.dimension; ++i) numbers.append(value.numbers[i]);
  return numbers;
}

ParamValue fromPython(const Param& param, const py::object& object) {
  ParamValue value;
  if (param.type.type == Type::text) {
    value.text = object.cast<std::string>();
    return value;
  }
  const auto numbers = object.cast<std::vector<double>>();
  for (int i = 0; i < param.type.dimension && i < static_cast<int>(numbers.size()); ++i) {
    value.numbers[i] = numbers[i];
  }
  return value;
}

py::dict paramFacts(const Instance& instance, const std::string& name) {
  auto param = paramNamed(instance, name);
  const PropertySet& p = *param->properties;
  py::dict facts("name"_a = name, "type"_a = param->type.name, "label"_a = p.text(kOfxPropLabel),
                 "hint"_a = p.text(kOfxParamPropHint), "parent"_a = p.text(kOfxParamPropParent),
                 "enabled"_a = p.integer(kOfxParamPropEnabled) != 0, "secret"_a = p.integer(kOfxParamPropSecret) != 0,
                 "animates"_a = p.integer(kOfxParamPropAnimates) != 0,
                 "persistent"_a = p.integer(kOfxParamPropPersistant) != 0, "minimum"_a = p.numbers(kOfxParamPropMin),
                 "maximum"_a = p.numbers(kOfxParamPropMax), "display_minimum"_a = p.numbers(kOfxParamPropDisplayMin),
                 "display_maximum"_a = p.numbers(kOfxParamPropDisplayMax),
                 "items"_a = p.texts(kOfxParamPropChoiceOption), "double_type"_a = p.text(kOfxParamPropDoubleType),
                 "string_mode"_a = p.text(kOfxParamPropStringMode), "children"_a = p.texts(kOfxParamPropPageChild),
                 "dimension"_a = param->type.dimension);
  facts["default"] = toPython(*param, param->defaultValue());
  return facts;
}

py::list paramKeys(const Instance& instance, const std::string& name) {
  auto param = paramNamed(instance, name);
  py::list result;
  const Curve curve = param->curve();
  for (const Key& key : curve.keys()) {
    result.append(
        py::make_tuple(key.time, toPython(*param, {key.numbers, key.text}), static_cast<int>(key.interpolation)));
  }
  return result;
}

// What the user changes: values, then instanceChanged.
void notify(Instance& instance, const std::string& name) {
  py::gil_scoped_release release;
  instance.changed(kOfxTypeParameter, name, kOfxChangeUserEdited, instance.host->now(), nullptr, nullptr);
}

void setValue(Instance& instance, const std::string& name, const py::object& value) {
  auto param = paramNamed(instance, name);
  param->setValue(fromPython(*param, value));
  notify(instance, name);
}

void setKeys(Instance& instance, const std::string& name, const Keys& keys) {
  auto param = paramNamed(instance, name);
  param->eraseKeys();
  for (const auto& [time, value, interpolation] : keys) {
    param->setKey(time, fromPython(*param, value), static_cast<Interpolation>(interpolation));
  }
  notify(instance, name);
}

py::tuple press(Instance& instance, const std::string& name, double time, std::shared_ptr<AbortFlag> flag,
                const py::object& ask, const py::object& seconds, const py::object& progress) {
  auto abort = pythonAbort(std::move(flag), ask, seconds);
  const ProgressFunction show = pythonProgress(progress);
  OfxStatus status;
  {
    py::gil_scoped_release release;
    status = instance.changed(kOfxTypeParameter, name, kOfxChangeUserEdited, time, abort.get(), show ? &show : nullptr);
  }
  raiseInterrupt();
  return py::make_tuple(status == kOfxStatOK || status == kOfxStatReplyDefault, statusName(status), abort->seen.load());
}

py::tuple render(Instance& instance, double time, Scale scale, const Rectangle& rectangle, bool draft, bool interactive,
                 bool thumbnail, std::shared_ptr<AbortFlag> flag, const py::object& ask, const py::object& seconds) {
  auto abort = pythonAbort(std::move(flag), ask, seconds);
  RenderOptions how = options(time, scale);
  how.draft = draft;
  how.interactive = interactive;
  how.thumbnail = thumbnail;
  const Window window = given(rectangle);
  int channels;
  {
    py::gil_scoped_release release;
    channels = channelsNamed(instance.preferences().components.at(kOfxImageEffectOutputClipName));
  }
  py::array_t<float> pixels({window.height(), window.width(), channels});
  float* data = pixels.mutable_data();
  RenderResult result;
  {
    py::gil_scoped_release release;
    result = instance.render(how, window, data, channels, abort.get());
  }
  raiseInterrupt();
  static const char* const names[] = {"done", "aborted", "failed", "memory"};
  return py::make_tuple(names[static_cast<int>(result.status)], result.reason, result.clipErrors, pixels);
}

Rectangle outputWindow(Instance& instance, double time, Scale scale) {
  const RenderOptions how = options(time, scale);
  const OfxRectD region = instance.regionOfDefinition(how);
  const Format& format = instance.project.format;
  return shown(format.window(format.pixels(region, how.scale), how.scale));
}

std::map<std::string, Rectangle> interests(Instance& instance, double time, const Rectangle& window, Scale scale) {
  const RenderOptions how = options(time, scale);
  const Format& format = instance.project.format;
  const OfxRectD region = format.canonical(format.rectangle(given(window), how.scale), how.scale);
  std::map<std::string, Rectangle> result;
  for (const auto& [clip, wanted] : instance.regionsOfInterest(how, region)) {
    result[clip] = shown(format.window(format.pixels(wanted, how.scale), how.scale));
  }
  return result;
}

std::map<std::string, std::vector<std::pair<double, double>>> frames(Instance& instance, double time) {
  std::map<std::string, std::vector<std::pair<double, double>>> result;
  for (const auto& [clip, ranges] : instance.framesNeeded(options(time, {1, 1}))) {
    for (const OfxRangeD& range : ranges) result[clip].emplace_back(range.min, range.max);
  }
  return result;
}

std::pair<std::string, double> identity(Instance& instance, double time, const Rectangle& window, Scale scale) {
  const RenderOptions how = options(time, scale);
  const Identity same =
      instance.identity(how, instance.project.format.rectangle(given(window), how.scale), kOfxImageFieldNone);
  return {same.clip, same.time};
}

py::dict preferences(Instance& instance) {
  Preferences chosen;
  {
    py::gil_scoped_release release;
    chosen = instance.preferences();
  }
  return py::dict("components"_a = chosen.components, "depths"_a = chosen.depths,
                  "premultiplication"_a = chosen.premultiplication, "frame_varying"_a = chosen.frameVarying,
                  "continuous"_a = chosen.continuous, "fps"_a = chosen.fps);
}

py::list clipFacts(const Instance& instance) {
  py::list result;
  for (const auto& clip : instance.clips) {
    const PropertySet& p = *clip->properties;
    result.append(py::dict("name"_a = clip->name, "label"_a = p.text(kOfxPropLabel), "optional"_a = clip->optional(),
                           "output"_a = clip->isOutput(),
                           "components"_a = p.texts(kOfxImageEffectPropSupportedComponents),
                           "temporal"_a = p.integer(kOfxImageEffectPropTemporalClipAccess) != 0,
                           "mask"_a = p.integer(kOfxImageClipPropIsMask) != 0));
  }
  return result;
}

void openSequence(Instance& instance, double first, double last, Scale scale) {
  RenderOptions how = options(first, scale);
  how.last = last;
  if (instance.sequence(kBeginSequence, how) == kOfxStatFailed) throw std::runtime_error("beginSequenceRender failed");
  ++instance.openSequences;
}

void closeSequence(Instance& instance, double first, double last, Scale scale) {
  RenderOptions how = options(first, scale);
  how.last = last;
  --instance.openSequences;
  instance.sequence(kEndSequence, how);
}

std::pair<double, double> point(OfxPointD p) { return {p.x, p.y}; }

void bindOverlay(py::module_& module) {
  const auto free = py::call_guard<py::gil_scoped_release>();
  py::class_<Interact, std::shared_ptr<Interact>>(module, "Overlay")
      .def(
          "pen",
          [](Interact& overlay, const std::string& action, double time, double x, double y, double pressure) {
            return overlay.pen(action.c_str(), time, overlay.instance->project.format.canonicalPoint({x, y}), pressure);
          },
          free)
      .def("focus", &Interact::focus, free)
      .def("draw", &Interact::draw, free)
      .def("destroy", &Interact::destroy, free)
      .def_property_readonly("redraws", [](const Interact& overlay) { return overlay.redraws.load(); });
}

}  // namespace

void bindInstance(py::module_& module) {
  const auto free = py::call_guard<py::gil_scoped_release>();
  bindOverlay(module);
  py::class_<Instance, std::shared_ptr<Instance>>(module, "Instance")
      .def("destroy", &Instance::destroy, free)
      .def("connect",
           [](Instance& instance, const std::string& clip, const py::object& source) {
             auto connected = source.is_none() ? nullptr : pythonClip(source);
             py::gil_scoped_release release;
             instance.connect(clip, std::move(connected));
           })
      .def("clips", &clipFacts)
      .def("params",
           [](const Instance& instance) {
             std::vector<std::string> names;
             for (const auto& param : instance.params) names.push_back(param->name);
             return names;
           })
      .def("param", &paramFacts)
      .def("value",
           [](const Instance& instance, const std::string& name, double time) {
             auto param = paramNamed(instance, name);
             return toPython(*param, param->value(time));
           })
      .def("keys", &paramKeys)
      .def("set_value", &setValue)
      .def("set_keys", &setKeys)
      .def("copy_params",
           [](Instance& to, const Instance& from) {
             for (const auto& param : to.params) param->copyFrom(*paramNamed(from, param->name), 0, nullptr, nullptr);
           })
      .def(
          "changed",
          [](Instance& instance, const std::string& type, const std::string& name, double time) {
            return statusName(instance.changed(type, name, kOfxChangeUserEdited, time, nullptr, nullptr));
          },
          free)
      .def("press", &press)
      .def("render", &render)
      .def("output_window", &outputWindow, free)
      .def("regions_of_interest", &interests, free)
      .def("frames_needed", &frames, free)
      .def("identity", &identity, free)
      .def(
          "time_domain",
          [](Instance& instance) -> std::optional<std::pair<double, double>> {
            auto domain = instance.timeDomain();
            if (!domain) return std::nullopt;
            return std::pair(domain->min, domain->max);
          },
          free)
      .def("preferences", &preferences)
      .def("begin_sequence", &openSequence, free)
      .def("end_sequence", &closeSequence, free)
      .def(
          "purge", [](Instance& instance) { instance.simple(kPurge, kOfxActionPurgeCaches); }, free)
      .def(
          "sync", [](Instance& instance) { instance.simple(kSync, kOfxActionSyncPrivateData); }, free)
      .def("open_overlay", &Interact::open, free)
      .def("set_key_interpolation",
           [](Instance& instance, int kind) { instance.keyInterpolation = static_cast<Interpolation>(kind); })
      .def("pixel_point", [](const Instance& instance, double x,
                             double y) { return point(instance.project.format.pixelPoint({x, y})); })
      .def("canonical_point", [](const Instance& instance, double x,
                                 double y) { return point(instance.project.format.canonicalPoint({x, y})); })
      .def_property_readonly("messages", [](const Instance& instance) { return messageList(instance.messages()); })
      .def_property_readonly("tiles", &Instance::tiles);
}

}  // namespace focuspuller::host
