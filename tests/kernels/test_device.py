"""Choosing the OpenCL device."""

import pytest

from focuspuller.kernels.opencl.device import DeviceError, choose, devices


def test_there_is_a_device_and_the_first_is_the_default(monkeypatch):
    monkeypatch.delenv("FOCUSPULLER_DEVICE", raising=False)
    assert choose() == devices()[0]


def test_by_part_of_its_name():
    first = devices()[0]
    assert choose(first.name[:6].upper()).name[:6] == first.name[:6]


def test_a_name_that_fits_none_lists_those_there_are():
    with pytest.raises(DeviceError, match=devices()[0].name.strip()[:8].replace("(", r"\(")):
        choose("abacus")
