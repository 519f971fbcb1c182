"""Every node is described as it is declared, in both contexts, with nothing a strict host objects to."""

from __future__ import annotations

import pytest
from bundle import copy_bundle
from test_nodes import declared_nodes as declared_test_nodes

from focuspuller.nodes import declared_nodes
from focuspuller.nodes.vocabulary import Boolean, Button, Choice, Double, File, Int, Node, Position, String
from focuspuller.nodes.vocabulary.manifest import all_knobs
from focuspuller.ofx_bridge.host import Host, profiles

DECLARED = (*declared_nodes(), *declared_test_nodes())
TYPES = {
    Double: "double",
    Int: "int",
    Boolean: "boolean",
    Choice: "choice",
    Position: "position",
    String: "string",
    File: "string",
    Button: "button",
}


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    return copy_bundle(tmp_path_factory.mktemp("all"), DECLARED)


@pytest.fixture(params=["General", "Filter"])
def context(request):
    return request.param


@pytest.fixture(params=DECLARED, ids=lambda node: node.name)
def declared(request) -> Node:
    return request.param


def test_identity_of_the_plugin(bundle, declared):
    with Host(profiles.STRICT) as host:
        (plugin,) = (p for p in host.load(bundle).plugins if p.id == declared.id)
        assert plugin.version == declared.version
        assert plugin.label == declared.label
        assert plugin.grouping == "FocusPuller"
        assert plugin.description == declared.description
        assert set(plugin.contexts) == {"General", "Filter"}
        assert plugin.safety == "OfxImageEffectRenderFullySafe"
        assert plugin.has_overlay == any(isinstance(knob, Position) for knob in declared.knobs)


def test_clips(bundle, declared, context):
    with Host(profiles.STRICT) as host:
        host.load(bundle)
        clips = host.create(declared.id, context).clips
        inputs = [c for c in declared.clips if context == "General" or c.name == "Source"]
        assert [name for name, c in clips.items() if not c.output] == [c.name for c in inputs]
        for clip in inputs:
            described = clips[clip.name]
            assert described.optional == clip.optional
            assert described.components == clip.components
            assert described.temporal == clip.temporal
            assert described.mask == (clip.role == "matte")
        general = context == "General" and declared.output_components
        assert clips["Output"].components == ((general,) if general else declared.clips[0].components)


def test_knobs(bundle, declared, context):
    width, height = 320, 200
    with Host(profiles.STRICT) as host:
        host.load(bundle)
        knobs = host.create(declared.id, context, format=(width, height)).knobs
        shown = [k for k in knobs.values() if k.type not in ("group", "page")]
        assert [k.name for k in shown] == [k.name for k in all_knobs(declared)]
        for knob, found in zip(all_knobs(declared), shown, strict=True):
            assert found.type == TYPES[type(knob)]
            assert found.label == knob.label
            assert found.hint.startswith(knob.hint)
            assert found.secret == knob.hidden
            if isinstance(knob, Button):
                continue
            assert found.animates == knob.animates
            if isinstance(knob, Double):
                assert found.default == knob.default
                assert (found.minimum, found.maximum) == (knob.minimum, knob.maximum)
                shown_from = knob.minimum if knob.display_minimum is None else knob.display_minimum
                shown_to = knob.maximum if knob.display_maximum is None else knob.display_maximum
                assert (found.display_minimum, found.display_maximum) == (shown_from, shown_to)
            elif isinstance(knob, Choice):
                assert found.items == knob.items
                assert found.default == knob.default
                assert all(hint in found.hint for hint in knob.item_hints)
            elif isinstance(knob, String):
                assert found.string_mode == ("FilePath" if isinstance(knob, File) else "SingleLine")
            elif isinstance(knob, Boolean):
                assert found.default == knob.default


def test_pages_and_groups(bundle, declared):
    with Host(profiles.STRICT) as host:
        host.load(bundle)
        knobs = host.create(declared.id).knobs
        pages = [k for k in knobs.values() if k.type == "page"]
        labels = list(dict.fromkeys([*(p.name for p in declared.pages)])) or ["Host"]
        assert [p.label for p in pages] == labels
        for page in declared.pages:
            (found,) = (p for p in pages if p.label == page.name)
            assert [c for c in found.children if knobs[c].type != "group" and c != "inputTransfer"] == [
                k.name for k in page.knobs
            ]
        for knob in declared.knobs:
            parent = knobs[knob.name].parent
            assert (knobs[parent].label if parent else None) == knob.group


@pytest.mark.parametrize(
    ("profile", "item"),
    [
        (profiles.NUKE, "linear"),
        (profiles.NATRON, "linear"),
        (profiles.FUSION_PROXY, "linear"),
        (profiles.RESOLVE_COLOR, "gamma 2.4"),
        (profiles.RESOLVE_EDIT, "gamma 2.4"),
    ],
    ids=lambda value: getattr(value, "label", value),
)
def test_input_transfer_defaults_to_what_the_host_works_in(make_node, profile, item):
    assert make_node("TestIdentity", profile).get("inputTransfer") == item


@pytest.mark.parametrize("profile", profiles.ALL.values(), ids=profiles.ALL.keys())
def test_every_host_can_describe_and_create_every_node(bundle, profile):
    with Host(profile) as host:
        for plugin in host.load(bundle).plugins:
            for context in plugin.contexts:
                host.create(plugin.id, context)


@pytest.mark.parametrize("profile", [profiles.STRICT, profiles.NUKE, profiles.RESOLVE_EDIT], ids=lambda p: p.label)
def test_positions_start_at_their_fraction_of_the_frame(make_node, profile):
    node = make_node("TestReport", profile, format=(200, 100))
    assert node.get("place") == pytest.approx((50, 25))  # (0.25, 0.75) from the bottom-left corner, here y down


def test_knobs_are_greyed_out_by_their_formula(make_node, picture):
    node = make_node("TestReport")
    assert not node.knob("count").enabled
    node.set("mode", "many")
    assert node.knob("count").enabled
    node.set("mode", "one")
    assert not node.knob("count").enabled


def test_knobs_are_greyed_out_by_a_connection(make_node, picture):
    from focuspuller.ofx_bridge.host import ArrayClip

    node = make_node("TestReport")
    assert not node.knob("switch").enabled
    node.connect("Depth", ArrayClip(picture(48, 64, 1)))
    assert node.knob("switch").enabled
    node.connect("Depth", None)
    assert not node.knob("switch").enabled
