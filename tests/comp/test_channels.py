"""Which channels a Read takes from parts, views and layers."""

import pytest

from focuspuller.ofx_bridge.comp.channels import Part, choose
from focuspuller.ofx_bridge.comp.errors import CompError

STEREO = [
    Part(0, "rgba_right", "right", (), ("R", "G", "B", "A")),
    Part(1, "depth_left", "left", (), ("Z",)),
    Part(2, "forward_left", "left", (), ("forward.u", "forward.v")),
    Part(3, "rgba_left", "left", (), ("R", "G", "B", "A")),
    Part(4, "depth_right", "right", (), ("Z",)),
    Part(5, "disparityL", "", (), ("disparityL.x", "disparityL.y")),
]
LAYERS = [Part(0, "", "", (), ("B", "G", "R", "A", "depth.Z", "spec.B", "spec.G", "spec.R", "Y2"))]
VIEWS = [Part(0, "", "", ("right", "left"), ("B", "G", "R", "left.B", "left.G", "left.R", "spec.left.R", "Z"))]


@pytest.mark.parametrize(
    ("parts", "knobs", "part", "channels"),
    [
        (STEREO, {}, 0, (0, 1, 2, 3)),
        (STEREO, {"view": "left"}, 3, (0, 1, 2, 3)),
        (STEREO, {"part": "depth_left"}, 1, (0,)),
        (STEREO, {"part": "4"}, 4, (0,)),
        (STEREO, {"channels": "Z"}, 4, (0,)),
        (STEREO, {"view": "left", "channels": "Z"}, 1, (0,)),
        (STEREO, {"view": "left", "layer": "depth"}, 1, (0,)),
        (STEREO, {"layer": "disparityL"}, 5, (0, 1)),
        (STEREO, {"channels": "disparityL.x"}, 5, (0,)),
        (STEREO, {"view": "left", "layer": "forward"}, 2, (0, 1)),
        (STEREO, {"part": "rgba_left", "channels": "A"}, 3, (3,)),
        (LAYERS, {}, 0, (2, 1, 0, 3)),
        (LAYERS, {"layer": "spec"}, 0, (7, 6, 5)),
        (LAYERS, {"channels": "Z"}, 0, (4,)),
        (LAYERS, {"channels": "depth.Z"}, 0, (4,)),
        (LAYERS, {"channels": "R, spec.R A"}, 0, (2, 7, 3)),
        (VIEWS, {}, 0, (2, 1, 0)),
        (VIEWS, {"view": "left"}, 0, (5, 4, 3)),
        (VIEWS, {"view": "left", "layer": "spec"}, 0, (6,)),
        ([Part(0, "", "", (), ("Y",))], {}, 0, (0,)),
        ([Part(0, "", "", (), ("A", "Y"))], {}, 0, (1, 0)),
        ([Part(0, "", "", (), ("Z",))], {"layer": "depth"}, 0, (0,)),
    ],
)
def test_choice(parts, knobs, part, channels):
    knobs = {"wanted" if k == "channels" else k: v for k, v in knobs.items()}
    choice = choose(parts, **knobs)
    assert (choice.part, choice.channels) == (part, channels)


@pytest.mark.parametrize(
    ("knobs", "words"),
    [
        ({"part": "depth_lft"}, ["part", "did you mean depth_left?"]),
        ({"view": "lef"}, ["view", "did you mean left?"]),
        ({"layer": "dept"}, ["layer", "did you mean depth?"]),
        ({"wanted": "zz"}, ["channel 'zz'"]),
        ({"wanted": "R G B A Z"}, ["more than four"]),
    ],
)
def test_errors_say_what_there_is(knobs, words):
    with pytest.raises(CompError) as caught:
        choose(STEREO, **knobs)
    assert all(word in str(caught.value) for word in words), str(caught.value)


def test_many_channels_without_a_picture_need_a_choice():
    with pytest.raises(CompError, match=r"layer or channels"):
        choose([Part(0, "", "", (), tuple(f"id{i}" for i in range(9)))])


def test_grey_alone_is_data_and_with_alpha_is_a_picture():
    assert not choose([Part(0, "", "", (), ("Y",))]).is_colour
    assert choose([Part(0, "", "", (), ("Y", "A"))]).is_colour
    assert not choose(STEREO, part="forward_left").is_colour
    assert choose(STEREO).is_colour
