"""FocusPuller: OpenFX nodes that turn a deep-focus clip into a cinema-focus one."""

import os
from importlib.metadata import version

__version__ = version("focuspuller")

# OpenCV looks for OpenCL by itself, and the OpenCL loader keeps the devices that it finds at the first look: before
# pyopencl has told it where its own are, none.
os.environ.setdefault("OPENCV_OPENCL_RUNTIME", "disabled")
