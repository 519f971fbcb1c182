"""Each breach of the standard that the host knows: org.test.Sinner commits it, the host must say so."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from focuspuller.ofx_bridge.host import ArrayClip, Host, HostError, RenderError, ViolationError, profiles

PICTURE = np.full((12, 20, 4), 0.5, np.float32)

# Sins committed while the bundle is loaded, with what the violation must say.
LOADING = {
    "fetch suite in setHost": "before the load action",
    "unknown property": "no such property",
    "wrong type": "is of type int, not double",
    "wrong type read": "is of type int, not double",
    "bad index": "has no index 1",
    "gap in a list": "has no index 7",
    "bad index read": "has no index 99",
    "read-only property": "is the host's to write",
    "value outside the list": "cannot be 'Deep'",
    "not UTF-8": "not UTF-8",
    "null string": "the string is NULL",
    "null property name": "name is NULL",
    "null place": "NULL as the place",
    "null handle": "NULL as property set handle",
    "invented handle": "never gave out",
    "wrong kind of handle": "where a property set handle belongs",
    "clip in describe": "may not be called in this action",
    "parameter in describe": "may not be called in this action",
    "clips alone temporal": "has temporal access, but the effect has not",
    "no contexts": "no supported context",
    "no depths": "no supported pixel depth",
    "handle of a parameter in describe": "may not be called in this action",
    "bad message type": "Gossip",
    "no Output": "has no clip Output",
    "no Source": "has no clip Source",
    "optional Source": "Source is optional",
    "clip twice": "is defined twice",
    "nameless clip": "has no name",
    "clip without components": "supports no components",
    "second mandatory clip": "must be optional",
    "clip handle while describing": "may not be called in this action",
    "parameter twice": "is defined twice",
    "invented parameter type": "no parameter type",
    "default outside the range": "is outside the range",
    "range upside down": "minimum above maximum",
    "display range too wide": "reaches outside the range",
    "choice without options": "has no options",
    "choice with the same option twice": "same option twice",
    "choice with a bad default": "is no option",
    "missing parent": "is no group",
    "missing child": "is no parameter",
    "missing page": "is no page",
    "missing slave": "is no parameter",
    "script name taken": "is taken",
}

# … while an instance lives: made, connected, a knob and a button used, destroyed.
LIVING = {
    "image in createInstance": "may not be called in this action",
    "parameter in createInstance": "may not be called in this action",
    "value set in createInstance": "may not be called in this action",
    "progress in createInstance": "may not be called in this action",
    "unknown clip": "there is no clip Ghost",
    "unknown parameter": "there is no parameter ghost",
    "read-only on an instance": "on the descriptor only",
    "descriptor written late": "in the describe actions only",
    "parameter of a dead instance": "after it was released or destroyed",
    "image memory left": "image memory allocated",
    "memory left": "blocks of the memory suite",
    "memory freed twice": "freed before",
    "mutex not held": "does not hold the mutex",
    "mutex destroyed": "after it was released or destroyed",
    "edit left open": "more than paramEditEnd",
    "edit ended twice": "without paramEditBegin",
    "progress left open": "did not call progressEnd",
    "progress without start": "without progressStart",
    "progress started twice": "again before progressEnd",
    "progress of 110 %": "not between 0 and 1",
    "endless change": "goes on for ever",
    "value outside the range": "outside its range",
    "key on what does not animate": "does not animate",
    "copy to another type": "is of another type",
    "image kept after instanceChanged": "did not release",
    "value of a button": "holds no value",
    "a thread of its own": "outside any action",
}

# … while a frame is rendered.
RENDERING = {
    "image kept": "did not release an image of the clip Source",
    "image released twice": "after it was released",
    "image used after release": "after it was released",
    "released what is no image": "which is no image",
    "image written": "wrote into an image of the clip Source",
    "written outside": "wrote outside",
    "written above": "wrote outside",
    "rows left unwritten": "40 pixels of the render window unwritten",
    "value set in render": "may not be called in this action",
    "key set in render": "may not be called in this action",
    "value without time in render": "may not be called in this action",
    "edit block in render": "may not be called in this action",
    "parameter greyed in render": "may not be written while rendering",
    "progress in render": "may not be called in this action",
    "time moved in render": "may not be called in this action",
    "frame not announced": "is not among the frames needed",
    "frame without temporal access": "did not ask for temporal access",
    "output of another time": "at another time",
    "out arguments read only": "is the host's to write",
    "exception": "let a C++ exception through",
    "exception in a thread": "let a C++ exception through",
    "threads in threads": "by a thread that it has spawned",
    "reply default from render": "which is no answer",
    "invented status": "answered status 4711",
    "region upside down": "getRegionOfDefinition gave",
    "region of three numbers": "has 4 values, not 3",
    "region of interest of NaN": "getRegionsOfInterest gave",
    "region of interest of a ghost": "no such property",
    "half a range": "half a range",
    "identical to a ghost": "no input clip",
    "depth changed": "may not change the depth",
    "components changed in filter": "may not change the components",
    "aspect ratio changed": "may not change the pixel aspect",
    "frame rate changed": "may not change the frame rate",
    "region asked in preferences": "may not be called in this action",
}


@pytest.fixture
def sinner(test_plugins: Path, monkeypatch: pytest.MonkeyPatch):
    """sinner(sin) -> a strict host with the test plug-ins, of which one commits the sin."""

    def load(sin: str, profile=profiles.STRICT) -> Host:
        monkeypatch.setenv("SIN", sin)
        host = Host(profile)
        host.load(test_plugins)
        return host

    return load


def expect(host: Host, sentence: str, sin: str) -> None:
    host.close()
    assert any(sentence in v for v in host.violations), f"{sin}: {host.violations}"


def make(host: Host, context: str = "Filter"):
    node = host.create("org.test.Sinner", context, format=(20, 12))
    node.connect("Source", ArrayClip(PICTURE))
    node.connect("Matte", ArrayClip(PICTURE))
    return node


@pytest.mark.parametrize("sin", LOADING)
def test_while_loading(sinner, sin):
    expect(sinner(sin), LOADING[sin], sin)


@pytest.mark.parametrize("sin", LIVING)
def test_while_living(sinner, sin):
    host = sinner(sin)
    with make(host) as node:
        node.set("size", 3)
        node.press("button")
    make(host).close()
    expect(host, LIVING[sin], sin)


@pytest.mark.parametrize("sin", RENDERING)
def test_while_rendering(sinner, sin):
    host = sinner(sin)
    node = make(host)
    try:
        node.render(1)
    except RenderError:
        pass
    expect(host, RENDERING[sin], sin)


def test_ranges_where_the_host_needs_them(sinner):
    expect(sinner("no ranges", profiles.RESOLVE_EDIT), "is not set, and this host then clamps", "no ranges")


def test_a_saint_is_no_sinner(sinner):
    host = sinner("none")
    node = make(host)
    node.set("size", 3)
    node.press("button")
    assert not node.render(1).any()
    host.close()
    assert host.violations == []


def test_check_raises_once_and_strict_raises_at_the_call(sinner, test_plugins):
    host = sinner("image kept")
    node = make(host)
    node.render(1)
    with pytest.raises(ViolationError, match="did not release"):
        host.check()
    host.check()
    host.strict = True
    with pytest.raises(ViolationError, match="did not release"):
        node.render(1)
    host.close()


def test_as_context_manager_it_raises_at_the_end(sinner):
    with pytest.raises(ViolationError, match="no such property"), sinner("unknown property"):
        pass


def test_an_effect_that_declines_is_a_host_error(sinner):
    host = sinner("no contexts")
    with pytest.raises(HostError, match="no context Filter"):
        make(host)
    host.close()
