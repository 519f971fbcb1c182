"""File patterns: shot.%04d.exr and shot.####.exr name a file a frame; a name without either is one still picture."""

import re
from dataclasses import dataclass
from pathlib import Path

from .errors import CompError

_TOKEN = re.compile(r"%0?(\d*)d|#+")


@dataclass(frozen=True)
class Sequence:
    """folder, and the file name around the frame number: prefix, digits (None for a still), suffix."""

    folder: Path
    prefix: str
    digits: int | None
    suffix: str

    @staticmethod
    def parse(pattern: Path) -> "Sequence":
        """Raises CompError where the frame number stands in the folder's name or more than once."""
        tokens = list(_TOKEN.finditer(pattern.name))
        if len(tokens) > 1 or _TOKEN.search(str(pattern.parent)):
            raise CompError(f"{pattern}: the frame number (%04d or ####) can stand once, in the file's name")
        if not tokens:
            return Sequence(pattern.parent, pattern.name, None, "")
        token = tokens[0]
        digits = len(token[0]) if token[0].startswith("#") else int(token[1] or 1)
        return Sequence(pattern.parent, pattern.name[: token.start()], digits, pattern.name[token.end() :])

    def path(self, frame: int) -> Path:
        """The file of a frame."""
        if self.digits is None:
            return self.folder / self.prefix
        sign = "-" if frame < 0 else ""
        return self.folder / f"{self.prefix}{sign}{abs(frame):0{self.digits}d}{self.suffix}"

    def frames(self) -> list[int]:
        """The frames that are on disk, sorted; empty for a still."""
        if self.digits is None or not self.folder.is_dir():
            return []
        name = re.compile(re.escape(self.prefix) + r"(-?\d+)" + re.escape(self.suffix))
        numbers = (int(m[1]) for m in map(name.fullmatch, (f.name for f in self.folder.iterdir())) if m)
        return sorted(n for n in set(numbers) if self.path(n).is_file())
