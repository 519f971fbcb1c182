// SPDX-License-Identifier: Apache-2.0
#include "python_clip.h"

#include <pybind11/numpy.h>

namespace py = pybind11;

namespace focuspuller::host {
namespace {

thread_local std::shared_ptr<py::error_already_set> interrupt;

// A reference that may be dropped on any thread, with or without the GIL.
std::shared_ptr<PyObject> shared(py::object object) {
  return {object.release().ptr(), [](PyObject* held) {
            py::gil_scoped_acquire gil;
            Py_XDECREF(held);
          }};
}

std::string noted(py::error_already_set& error) {
  if (!error.matches(PyExc_Exception)) {
    interrupt = std::make_shared<py::error_already_set>(std::move(error));
    return "interrupted";
  }
  const auto type = py::str(error.type().attr("__name__")).cast<std::string>();
  const auto text = py::str(error.value()).cast<std::string>();
  return text.empty() ? type : type + ": " + text;
}

class PythonClip : public ClipSource {
 public:
  explicit PythonClip(const py::object& clip) : clip_(shared(clip)) {
    components = clip.attr("components").cast<std::string>();
    premultiplication = clip.attr("premultiplication").cast<std::string>();
    std::tie(firstFrame, lastFrame) = clip.attr("frame_range").cast<std::pair<double, double>>();
  }

  Window region(double time, std::string& error) override {
    py::gil_scoped_acquire gil;
    try {
      const auto [x0, y0, x1, y1] = py::handle(clip_.get()).attr("region")(time).cast<std::tuple<int, int, int, int>>();
      return {x0, y0, x1, y1};
    } catch (py::error_already_set& raised) {
      error = noted(raised);
    } catch (const py::cast_error&) {
      error = "its region is not four whole numbers";
    }
    return {};
  }

  Pixels pixels(double time, const Window& window, std::string& error) override {
    py::gil_scoped_acquire gil;
    try {
      const auto asked = py::make_tuple(window.x0, window.y0, window.x1, window.y1);
      py::object answer = py::handle(clip_.get()).attr("pixels")(time, asked);
      if (answer.is_none()) return {};
      auto [array, x0, y0] = answer.cast<std::tuple<py::array_t<float>, int, int>>();
      Pixels pixels;
      pixels.data = array.data();
      pixels.window = {x0, y0, x0 + static_cast<int>(array.shape(1)), y0 + static_cast<int>(array.shape(0))};
      pixels.channels = static_cast<int>(array.shape(2));
      pixels.rowBytes = array.strides(0);
      pixels.owner = shared(std::move(array));
      return pixels;
    } catch (py::error_already_set& raised) {
      error = noted(raised);
    } catch (const py::cast_error&) {
      error = "its pixels are no float32 array with a position";
    }
    return {};
  }

 private:
  std::shared_ptr<PyObject> clip_;
};

}  // namespace

std::shared_ptr<ClipSource> pythonClip(const py::object& clip) { return std::make_shared<PythonClip>(clip); }

std::shared_ptr<Abort> pythonAbort(std::shared_ptr<AbortFlag> flag, const py::object& ask, const py::object& seconds) {
  auto abort = std::make_shared<Abort>();
  abort->flag = std::move(flag);
  if (!seconds.is_none()) {
    abort->deadline = std::chrono::steady_clock::now() +
                      std::chrono::microseconds(static_cast<long long>(seconds.cast<double>() * 1e6));
  }
  if (!ask.is_none()) {
    abort->ask = [function = shared(ask)] {
      py::gil_scoped_acquire gil;
      try {
        return py::handle(function.get())().cast<bool>();
      } catch (py::error_already_set& raised) {
        interrupt = std::make_shared<py::error_already_set>(std::move(raised));
        return true;
      }
    };
  }
  return abort;
}

ProgressFunction pythonProgress(const py::object& function) {
  if (function.is_none()) return nullptr;
  return [function = shared(function)](double fraction, const std::string& label) {
    py::gil_scoped_acquire gil;
    try {
      const py::object answer = py::handle(function.get())(fraction, label);
      return answer.is_none() || answer.cast<bool>();
    } catch (py::error_already_set& raised) {
      interrupt = std::make_shared<py::error_already_set>(std::move(raised));
      return false;
    }
  };
}

void raiseInterrupt() {
  if (!interrupt) return;
  py::error_already_set raised(std::move(*interrupt));
  interrupt.reset();
  throw raised;
}

}  // namespace focuspuller::host
