"""The error of this package: a problem in a comp, its files or its command line that the user can cure."""

import difflib
from collections.abc import Iterable


class CompError(Exception):
    """Says where (file, node, knob, frame), what is wrong, and the cure."""


class RenderError(CompError):
    """A frame of a valid comp could not be rendered or written. Says node, frame, problem and cure."""


def suggest(wrong: str, known: Iterable[str]) -> str:
    """The end of an error about an unknown name: a near name where there is one, else all of them."""
    known = sorted(known)
    lower = {name.lower(): name for name in known}
    near = difflib.get_close_matches(wrong.lower(), lower, n=1, cutoff=0.6)
    if near:
        return f"did you mean {lower[near[0]]}?"
    return f"there are: {', '.join(known)}" if known else "there are none"
