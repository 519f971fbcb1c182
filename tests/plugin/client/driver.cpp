// SPDX-License-Identifier: Apache-2.0
// The plug-in's end of the bridge as a Python module, for the tests: the .ofx itself exports OpenFX's three symbols
// only.
#include <pybind11/functional.h>
#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <cstring>

#include "content_hash.h"
#include "expression.h"
#include "json.h"
#include "worker_client.h"

namespace py = pybind11;
using namespace focuspuller;

namespace {

using Pixels = py::array_t<float, py::array::c_style | py::array::forcecast>;

template <typename Function>
Function callback(const py::dict& from, const char* name) {
  return from.contains(name) && !from[name].is_none() ? from[name].cast<Function>() : Function();
}

// {"clip", "time", "x", "y": the lower left corner, "pixels": [H, W, C], "premultiplied", "shared", "identity",
//  "onFill": called on fill}
InputFrame inputFrame(const py::dict& entry) {
  InputFrame frame;
  if (entry.contains("missing")) return frame;
  const Pixels pixels = entry["pixels"].cast<Pixels>();
  const int x = entry["x"].cast<int>(), y = entry["y"].cast<int>();
  frame.clip = entry["clip"].cast<std::string>();
  frame.time = entry["time"].cast<double>();
  frame.bounds = {x, y, x + static_cast<int>(pixels.shape(1)), y + static_cast<int>(pixels.shape(0))};
  frame.channels = static_cast<int>(pixels.shape(2));
  frame.premultiplied = entry["premultiplied"].cast<bool>();
  frame.shared = entry["shared"].cast<bool>();
  if (entry.contains("identity")) {
    frame.identify = [identity = entry["identity"].cast<double>()](ContentHash& hash) { hash.add(identity); };
  }
  const std::shared_ptr<Pixels> kept(new Pixels(pixels), [](Pixels* p) {
    const py::gil_scoped_acquire gil;
    delete p;
  });
  const auto onFill = callback<std::function<void()>>(entry, "onFill");
  frame.fill = [kept, onFill, data = pixels.data(), bytes = static_cast<size_t>(pixels.nbytes())](float* target) {
    if (onFill) onFill();
    std::memcpy(target, data, bytes);
  };
  return frame;
}

struct Reply {
  Result result;
  OfxRectI window;
  int channels;

  std::string status() const {
    static const char* const names[] = {"done", "aborted", "failed", "outOfMemory"};
    return names[static_cast<int>(result.status)];
  }

  py::object pixels() {
    if (!result.pixels) return py::none();
    auto* const kept = new std::shared_ptr<const float>(result.pixels);
    const py::capsule owner(kept, [](void* p) { delete static_cast<std::shared_ptr<const float>*>(p); });
    const std::vector<py::ssize_t> shape = {std::max(0, window.y2 - window.y1), std::max(0, window.x2 - window.x1),
                                            channels};
    return py::array_t<float>(shape, result.pixels.get(), owner);
  }
};

Reply runRequest(const std::string& body, const std::vector<py::dict>& frames, std::array<int, 4> window, int channels,
                 const py::dict& callbacks) {
  Request request;
  request.body = Json::parse(body, "body");
  for (const py::dict& frame : frames) request.frames.push_back(inputFrame(frame));
  request.window = {window[0], window[1], window[2], window[3]};
  request.channels = channels;
  request.aborted = callback<std::function<bool()>>(callbacks, "aborted");
  request.progress = callback<std::function<bool(double, const std::string&)>>(callbacks, "progress");
  request.message = callback<std::function<void(const std::string&, const std::string&)>>(callbacks, "message");
  if (const auto fetch = callback<std::function<py::dict(const std::string&, double)>>(callbacks, "fetch")) {
    request.fetch = [fetch](const std::string& clip, double time) {
      const py::gil_scoped_acquire gil;
      return inputFrame(fetch(clip, time));
    };
  }
  Reply reply{{}, request.window, channels};
  const py::gil_scoped_release released;
  reply.result = run(std::move(request));
  return reply;
}

}  // namespace

PYBIND11_MODULE(client_driver, module) {
  py::class_<Reply>(module, "Reply")
      .def_property_readonly("status", &Reply::status)
      .def_property_readonly("error", [](const Reply& r) { return r.result.error; })
      .def_property_readonly("pixels", &Reply::pixels)
      .def_property_readonly("reply", [](const Reply& r) { return r.result.reply.dump(); });
  module.def("run", &runRequest);
  module.def("set_bundle_path", &setBundlePath);
  module.def("stop_worker", &stopWorker, py::call_guard<py::gil_scoped_release>());
  module.def("hash", [](const std::vector<py::bytes>& pieces) {
    ContentHash hash;
    for (const std::string piece : pieces) hash.update(piece.data(), piece.size());
    return hash.finish();
  });
  module.def("json_round_trip", [](const std::string& text, const std::string& name) {
    return py::bytes(Json::parse(text, name).dump());
  });
  module.def("evaluate", [](const std::string& formula, std::function<double(std::string, int)> knob,
                            std::function<bool(std::string)> connected) {
    return evaluate(Json::parse(formula, "formula"), {knob, connected});
  });
  py::register_exception<JsonError>(module, "JsonError", PyExc_ValueError);
}
