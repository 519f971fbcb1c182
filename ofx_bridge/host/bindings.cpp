// SPDX-License-Identifier: Apache-2.0
// focuspuller.ofx_bridge.host._host: hosts and binaries. Windows are (x0, y0, x1, y1), y down.
#include "bindings.h"

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "binary.h"
#include "host.h"

namespace py = pybind11;
using namespace py::literals;

namespace focuspuller::host {
namespace {

py::dict pluginFacts(const Plugin& plugin) {
  const PropertySet& p = *plugin.descriptor->properties;
  py::list contexts;
  for (const auto& [name, effect] : plugin.contexts) contexts.append(name);
  return py::dict("id"_a = plugin.identifier, "version"_a = py::make_tuple(plugin.major, plugin.minor),
                  "label"_a = p.text(kOfxPropLabel), "grouping"_a = p.text(kOfxImageEffectPluginPropGrouping),
                  "description"_a = p.text(kOfxPropPluginDescription), "contexts"_a = contexts,
                  "safety"_a = p.text(kOfxImageEffectPluginRenderThreadSafety),
                  "has_overlay"_a = p.pointer(kOfxImageEffectPluginPropOverlayInteractV1) != nullptr);
}

py::list pluginList(const Binary& binary) {
  py::list result;
  for (const auto& plugin : binary.plugins) result.append(pluginFacts(*plugin));
  return result;
}

std::shared_ptr<Instance> createInstance(const Binary& binary, const std::string& identifier,
                                         const std::string& context, std::pair<int, int> format, double aspect,
                                         double fps, std::pair<double, double> frames) {
  Plugin* plugin = binary.plugin(identifier);
  if (!plugin) throw std::runtime_error("the bundle has no plug-in " + identifier);
  auto described = plugin->contexts.find(context);
  if (described == plugin->contexts.end()) throw std::runtime_error(identifier + " has no context " + context);
  Project project{{format.first, format.second, aspect}, fps, frames.first, frames.second};
  auto instance = make<Instance>(*plugin, *described->second, project);
  instance->create();
  return instance;
}

void bindProfile(py::module_& module) {
  py::class_<Profile>(module, "Profile")
      .def(py::init<>())
      .def_readwrite("name", &Profile::name)
      .def_readwrite("label", &Profile::label)
      .def_readwrite("version", &Profile::version)
      .def_readwrite("contexts", &Profile::contexts)
      .def_readwrite("components", &Profile::components)
      .def_readwrite("depth", &Profile::depth)
      .def_readwrite("missing_suites", &Profile::missingSuites)
      .def_readwrite("missing_properties", &Profile::missingProperties)
      .def_readwrite("negative_row_bytes", &Profile::negativeRowBytes)
      .def_readwrite("row_padding", &Profile::rowPadding)
      .def_readwrite("tile", &Profile::tile)
      .def_readwrite("single_clip", &Profile::singleClip)
      .def_readwrite("transfer", &Profile::transfer)
      .def_readwrite("scaled_frames", &Profile::scaledFrames)
      .def_readwrite("thumbnail_without_scale", &Profile::thumbnailWithoutScale)
      .def_readwrite("normalised_defaults", &Profile::normalisedDefaults)
      .def_readwrite("unknown_changes", &Profile::unknownChanges)
      .def_readwrite("colour_management", &Profile::colourManagement)
      .def_readwrite("all_connected", &Profile::allConnected)
      .def_readwrite("fielded", &Profile::fielded)
      .def_readwrite("multi_resolution", &Profile::multiResolution)
      .def_readwrite("tiles", &Profile::tiles)
      .def_readwrite("animates_everything", &Profile::animatesEverything)
      .def_readwrite("temporal_access", &Profile::temporalAccess)
      .def_readwrite("overlays", &Profile::overlays)
      .def_readwrite("background", &Profile::background)
      .def_readwrite("ranges_required", &Profile::rangesRequired)
      .def_readwrite("poison", &Profile::poison);
}

}  // namespace

py::list messageList(const std::vector<Message>& messages) {
  py::list result;
  for (const Message& m : messages) result.append(py::make_tuple(m.type, m.id, m.text, m.persistent));
  return result;
}

PYBIND11_MODULE(_host, module) {
  bindProfile(module);
  py::class_<AbortFlag, std::shared_ptr<AbortFlag>>(module, "AbortFlag",
                                                    "Tells a render or an analysis to stop; asking it needs no Python.")
      .def(py::init<>())
      .def("set", &AbortFlag::set)
      .def("clear", &AbortFlag::clear)
      .def("is_set", &AbortFlag::isSet)
      .def_property_readonly(
          "polls", [](const AbortFlag& flag) { return flag.polls.load(); }, "How often plug-ins have asked.");
  py::class_<Host, std::shared_ptr<Host>>(module, "Host")
      .def(py::init<Profile>())
      .def_property_readonly("violations", &Host::violations)
      .def("clear_violations", &Host::clearViolations)
      .def_property_readonly("messages", [](const Host& host) { return messageList(host.messages()); })
      .def_property("time", &Host::now, [](Host& host, double time) { host.time = time; });
  py::class_<Binary, std::shared_ptr<Binary>>(module, "Binary")
      .def(py::init<std::shared_ptr<Host>, const std::string&, const std::string&>(),
           py::call_guard<py::gil_scoped_release>())
      .def("close", &Binary::close, py::call_guard<py::gil_scoped_release>())
      .def_property_readonly("plugins", &pluginList)
      .def("create", &createInstance, py::call_guard<py::gil_scoped_release>(), py::keep_alive<0, 1>());
  bindInstance(module);
}

}  // namespace focuspuller::host
