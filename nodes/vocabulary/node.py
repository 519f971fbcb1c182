"""Clips and nodes: the one declaration from which the OpenFX description, the CLI's help and the docs are made."""

from __future__ import annotations

from dataclasses import dataclass, field

from .expressions import Expression, wrap
from .knobs import Button, Choice, Knob, Page

ID_PREFIX = "org.focuspuller."


@dataclass(frozen=True, kw_only=True)
class Clip:
    """An input.

    role: "colour" (scene-linear light; the inputTransfer knob applies), "data" (depth, vectors: never transformed),
    "matte" (coverage 0..1). components: what the host may connect, of "RGBA", "RGB", "Alpha". temporal: read at other
    times than the rendered one. `premultiplied` False asks the host for unpremultiplied pixels; None takes what comes.
    """

    name: str
    hint: str
    optional: bool = False
    role: str = "colour"
    components: tuple[str, ...] = ("RGBA", "RGB", "Alpha")
    temporal: bool = False
    premultiplied: bool | None = None

    def __post_init__(self):
        if self.role not in ("colour", "data", "matte"):
            raise ValueError(f"clip {self.name}: role {self.role!r} is not colour, data or matte")


@dataclass(frozen=True, kw_only=True)
class Grow:
    """A margin on every side, in px of the full-resolution frame with square pixels.

    Formulas; they cannot depend on pixels.
    """

    x: Expression | float = 0.0
    y: Expression | float = 0.0


@dataclass(frozen=True, kw_only=True)
class Identity:
    """While `when` is not 0, the output is the clip's frame untouched and `render` is not called."""

    when: Expression
    clip: str = "Source"


@dataclass(frozen=True, kw_only=True)
class FramesNeeded:
    """Frames read around the rendered one: time + first … time + last, in whole frames (first ≤ 0 ≤ last)."""

    first: Expression | float = 0.0
    last: Expression | float = 0.0


@dataclass(frozen=True, kw_only=True)
class Node:
    """A node, declared once.

    name: class name, stable for ever; the plug-in id is `org.focuspuller.<name>`. module: import path of the module
    with `render(job)` and, where the node has a Button, `analyse(job)`; imported by the worker on first use.
    output_components: None = Source's own. output_is_data: while not 0, the output is not colour (inputTransfer is not
    applied to it). grow: how far light spreads: the output's region (data window) grows by it beyond Source's. reach:
    how far around the render window inputs are read (their region of interest); None = grow. points: Position knobs
    around which, while they are enabled, the pixels are needed whatever the render window; point_radius in px. tiles:
    False when every render needs the whole frame.
    """

    name: str
    label: str
    version: tuple[int, int]
    description: str
    module: str
    clips: tuple[Clip, ...]
    pages: tuple[Page, ...]
    output_components: str | None = None
    output_is_data: Expression | float = 0.0
    grow: Grow = field(default_factory=Grow)
    reach: Grow | None = None
    points: tuple[str, ...] = ()
    point_radius: float = 0.0
    identity: Identity | None = None
    frames_needed: FramesNeeded = field(default_factory=FramesNeeded)
    tiles: bool = True

    def __post_init__(self):
        if self.reach is None:
            object.__setattr__(self, "reach", self.grow)
        names = [k.name for k in self.knobs]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"node {self.name}: two knobs are called {name}")
        if not self.clips or self.clips[0].name != "Source" or self.clips[0].optional:
            raise ValueError(f"node {self.name}: the first clip must be a required Source")
        unknown = set().union(*(e.knob_names() for e in self.expressions())) | set(self.points)
        if unknown - set(names):
            raise ValueError(f"node {self.name}: formulas read unknown knobs {sorted(unknown - set(names))}")

    @property
    def id(self) -> str:
        return ID_PREFIX + self.name

    @property
    def knobs(self) -> tuple[Knob, ...]:
        return tuple(k for page in self.pages for k in page.knobs)

    @property
    def buttons(self) -> tuple[Button, ...]:
        return tuple(k for k in self.knobs if isinstance(k, Button))

    def knob(self, name: str) -> Knob:
        """The knob called `name`; KeyError lists the knobs there are."""
        for k in self.knobs:
            if k.name == name:
                return k
        raise KeyError(f"{self.name} has no knob {name!r}; knobs: {', '.join(k.name for k in self.knobs)}")

    def choice_index(self, knob: str, item: str) -> int:
        choice = self.knob(knob)
        if not isinstance(choice, Choice):
            raise KeyError(f"{self.name}.{knob} is no choice, so it has no item {item!r}")
        return choice.index(item)

    def expressions(self) -> list[Expression]:
        """Every formula of the declaration."""
        formulas = [self.grow.x, self.grow.y, self.output_is_data, self.frames_needed.first, self.frames_needed.last]
        formulas += [self.reach.x, self.reach.y]
        formulas += [self.identity.when] if self.identity else []
        formulas += [k.enabled for k in self.knobs if k.enabled is not None]
        return [wrap(f) for f in formulas]
