"""What every node must do, rendered through the bundle by the strict host. A new node is in here once it is declared.

Knobs are set to their smallest, default and largest displayed values, lengths in px kept within what the small test
picture can show.
"""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from bundle import copy_bundle

from focuspuller.nodes import declared_nodes
from focuspuller.nodes.vocabulary import Boolean, Choice, Double, Node
from focuspuller.nodes.vocabulary.jobs import Window
from focuspuller.ofx_bridge.host import ArrayClip, Host, RenderError, profiles

WIDTH, HEIGHT = 96, 64
LARGEST_LENGTH = 12.0  # px
NODES = declared_nodes()


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    return copy_bundle(tmp_path_factory.mktemp("battery"), NODES)


@pytest.fixture(scope="module")
def host(bundle):
    with Host(profiles.STRICT) as host:
        host.load(bundle)
        yield host


@pytest.fixture(params=NODES, ids=lambda n: n.name)
def declared(request) -> Node:
    return request.param


def colour(height=HEIGHT, width=WIDTH, seed=0) -> np.ndarray:
    """A smooth picture with texture and a few highlights, opaque."""
    rng = np.random.default_rng(seed)
    light = cv2.GaussianBlur(rng.random((height, width, 4), np.float32), (0, 0), 2.0)
    light[rng.random((height, width)) < 0.002, :3] = 20
    light[..., 3] = 1
    return light


def depth(height=HEIGHT, width=WIDTH) -> np.ndarray:
    """Inverse distance: a floor, a near card, the far distance."""
    inverse = np.repeat(np.linspace(0.05, 0.5, height, dtype=np.float32)[:, None], width, axis=1)
    inverse[height // 4 : 3 * height // 4, width // 3 : width // 2] = 1.0
    inverse[: height // 8] = 0
    return np.repeat(inverse[..., None], 4, axis=2)


def matte(height=HEIGHT, width=WIDTH) -> np.ndarray:
    y, x = np.mgrid[:height, :width]
    inside = np.hypot(x - width / 2, y - height / 2) < height / 4
    return np.repeat(inside[..., None].astype(np.float32), 4, axis=2)


PICTURES = {"colour": colour, "data": depth, "matte": matte}


def connected(host: Host, declared: Node, height=HEIGHT, width=WIDTH, sources=None, **how):
    """The node with a fitting picture on every clip, sizes kept small."""
    node = host.create(declared.id, format=(width, height), **how)
    for clip in declared.clips:
        picture = (sources or {}).get(clip.name)
        if picture is None:
            picture = PICTURES[clip.role](height, width)
        node.connect(clip.name, picture if hasattr(picture, "pixels") else ArrayClip(picture))
    for knob in declared.knobs:
        if isinstance(knob, Double) and knob.unit == "px" and knob.default > LARGEST_LENGTH:
            node.set(knob.name, LARGEST_LENGTH)
    return node


def frame(width=WIDTH, height=HEIGHT) -> Window:
    return Window(0, 0, width, height)


def settings(declared: Node):
    """(knob, value) to try, one at a time."""
    for knob in declared.knobs:
        if isinstance(knob, Double):
            ends = knob.details()
            largest = min(ends["displayMax"], LARGEST_LENGTH) if knob.unit == "px" else ends["displayMax"]
            yield from ((knob.name, type(knob.default)(value)) for value in (ends["min"], largest))
        elif isinstance(knob, Choice):
            yield from ((knob.name, item) for item in knob.items)
        elif isinstance(knob, Boolean):
            yield knob.name, not knob.default


def awake(node, declared: Node) -> None:
    """Sets one knob, where need be, so that the node is not an identity and reads its clips."""
    for name, value in settings(declared):
        if not node.is_identity(1):
            return
        before = node.get(name)
        node.set(name, value)
        if node.is_identity(1):
            node.set(name, before)


def test_smoke_and_shape(host, declared):
    with connected(host, declared) as node:
        region = node.region_of_definition(1)
        assert not region.empty
        out = node.render(1)
        assert out.shape[:2] == (region.height, region.width)
        assert np.isfinite(out).all()
    host.check()


def test_every_knob_at_its_limits(host, declared):
    for name, value in settings(declared):
        with connected(host, declared) as node:
            node.set(name, value)
            try:
                out = node.render(1, frame())
            except RenderError as refused:  # an error must name the knob
                assert declared.knob(name).label in str(refused) or name in str(refused), f"{name} = {value}: {refused}"
            else:
                assert np.isfinite(out).all(), f"{name} = {value}"
    host.check()


def test_filter_context_with_source_alone(host, declared):
    node = host.create(declared.id, context="Filter", format=(WIDTH, HEIGHT))
    with node:
        node.connect("Source", ArrayClip(colour()))
        assert np.isfinite(node.render(1, frame())).all()
    host.check()


@pytest.mark.parametrize("channels", [4, 3, 1])
def test_components(host, declared, channels):
    with connected(host, declared, sources={"Source": colour()[..., :channels]}) as node:
        out = node.render(1, frame())
        assert np.isfinite(out).all()
        assert declared.output_components or out.shape[2] == channels
    host.check()


def test_tiles_equal_the_whole(host, declared):
    with connected(host, declared) as node:
        region = node.region_of_definition(1)
        whole = node.render(1)
        middle_x, middle_y = region.x0 + region.width // 3, region.y0 + region.height // 2
        for x0, x1 in ((region.x0, middle_x), (middle_x, region.x1)):
            for y0, y1 in ((region.y0, middle_y), (middle_y, region.y1)):
                window = Window(x0, y0, x1, y1)
                expected = whole[window.slices_in(region)]
                np.testing.assert_allclose(node.render(1, window), expected, rtol=1e-4, atol=1e-5)
    host.check()


def test_proxy_is_like_the_whole_made_smaller(host, declared):
    def half(picture):
        return cv2.resize(picture, (2 * WIDTH // 2, 2 * HEIGHT // 2), interpolation=cv2.INTER_AREA)

    size = (2 * HEIGHT, 2 * WIDTH)
    with connected(host, declared, *size) as node:
        whole = node.render(1, frame(2 * WIDTH, 2 * HEIGHT))
        proxy = node.render(1, frame(), scale=(0.5, 0.5))
    expected = half(whole)
    expected = expected.reshape(proxy.shape)
    inner = np.s_[4:-4, 4:-4]
    error = np.abs(proxy[inner] - expected[inner])
    spread = np.percentile(expected, 95) - np.percentile(expected, 5)
    assert np.median(error) <= 0.05 * max(spread, 1e-3)
    host.check()


def test_the_same_twice(host, declared):
    with connected(host, declared) as node, connected(host, declared) as other:
        first = node.render(1)
        assert np.array_equal(first, node.render(1))
        assert np.array_equal(first, other.render(1))
    host.check()


def test_identity_is_the_picture_untouched(host, declared):
    if declared.identity is None:
        pytest.skip("never does nothing")
    pictures = {c.name: PICTURES[c.role]() for c in declared.clips}
    found = False
    for name, value in settings(declared):
        with connected(host, declared, sources=pictures) as node:
            node.set(name, value)
            if node.is_identity(1):
                found = True
                assert np.array_equal(node.render(1, frame()), pictures[declared.identity.clip])
    assert found, "no single knob makes it an identity"
    host.check()


BAD_COLOUR = {"nan": np.nan, "infinite": np.inf, "negative": -1.0, "huge": 1e30}


@pytest.mark.parametrize("kind", BAD_COLOUR)
def test_bad_pixels_stay_where_they_are(host, declared, kind):
    """A few bad pixels do not reach the far corner, whatever becomes of those around; NaN does not spread at all."""
    picture = colour()
    picture[5:8, 5:8, :3] = BAD_COLOUR[kind]
    with connected(host, declared, sources={"Source": picture}) as node:
        out = node.render(1, frame())
        assert np.isfinite(out[40:, 60:]).all()
        assert not np.isnan(out[~np.isnan(picture).any(axis=2)]).any()
    host.check()


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 0.0, -1.0])
def test_bad_data_gives_a_picture(host, declared, value):
    clips = [c.name for c in declared.clips if c.role == "data"]
    if not clips:
        pytest.skip("no data clip")
    everywhere, somewhere = np.full((HEIGHT, WIDTH, 4), value, np.float32), depth()
    somewhere[10:20, 10:30] = value
    for data in (everywhere, somewhere):
        with connected(host, declared, sources=dict.fromkeys(clips, data)) as node:
            assert np.isfinite(node.render(1, frame())).all()
    host.check()


@pytest.mark.parametrize(("width", "height"), [(1, 1), (1, 40), (40, 1), (3, 2), (16384, 2)])
def test_odd_sizes(host, declared, width, height):
    with connected(host, declared, height, width) as node:
        assert node.render(1, frame(width, height)).shape[:2] == (height, width)
    host.check()


def test_a_picture_beside_the_format(host, declared):
    """Data windows outside the format, and render windows outside the data window."""
    sources = {c.name: ArrayClip(PICTURES[c.role](20, 30), origin=(-50, 70)) for c in declared.clips}
    with connected(host, declared, sources=sources) as node:
        assert np.isfinite(node.render(1)).all()
        far = node.render(1, Window(60, 0, 80, 20))
        assert far.shape[:2] == (20, 20) and np.isfinite(far).all()
    host.check()


def test_an_empty_data_window(host, declared):
    class Nothing(ArrayClip):
        def region(self, time):
            return Window(0, 0, 0, 0)

        def pixels(self, time, window):
            return None

    sources = {c.name: Nothing(PICTURES[c.role]()) for c in declared.clips}
    with connected(host, declared, sources=sources) as node:
        assert node.region_of_definition(1).empty or np.isfinite(node.render(1)).all()
    host.check()


def test_a_clip_that_fails_is_named(host, declared):
    class Broken(ArrayClip):
        def pixels(self, time, window):
            raise OSError("plate.0001.exr: cannot be read")

    for clip in declared.clips:
        with connected(host, declared, sources={clip.name: Broken(PICTURES[clip.role]())}) as node:
            awake(node, declared)
            with pytest.raises(RenderError, match=clip.name) as error:
                node.render(1, frame())
            read = [range(int(first), int(last) + 1) for first, last in node.frames_needed(1)[clip.name]]
            assert any(f"frame {time} " in str(error.value) for times in read for time in times), error.value
    host.check()


@pytest.mark.parametrize("profile", sorted(profiles.ALL))
def test_under_every_host_profile(bundle, declared, profile):
    """Each host's pixel types, windows and manners; the strict host complains about any breach of the standard."""
    profile = profiles.ALL[profile]
    with Host(profile) as host:
        host.load(bundle)
        context = profile.contexts[0]
        node = host.create(declared.id, context=context, format=(WIDTH, HEIGHT))
        for clip in declared.clips if context == "General" and not profile.single_clip else declared.clips[:1]:
            picture = PICTURES[clip.role]()
            if "RGBA" not in profile.components:
                picture = picture[..., :3]
            node.connect(clip.name, ArrayClip(picture))
        assert np.isfinite(node.render(1)).all()
