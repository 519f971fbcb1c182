"""Networks of the user's, from files: ONNX graphs and TorchScript archives. Both are data: arithmetic is run, nothing
else, and nothing is unpickled.
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

TORCHSCRIPT = (".pt", ".pth", ".ts", ".torchscript")


class ModelError(ValueError):
    """A model that cannot be loaded or is of no known shape. The message names the file and the cure."""


@dataclass(frozen=True)
class Input:
    """shape: as the graph gives it; what is no positive int is free."""

    name: str
    shape: tuple

    def size(self, default: int) -> tuple[int, int]:
        """(width, height) of a picture input [1, 3, h, w]; `default` where it is free."""
        return tuple(v if isinstance(v, int) and v > 0 else default for v in (self.shape[3], self.shape[2]))


class OnnxModel:
    """An ONNX graph. session: onnxruntime's, or what behaves like one."""

    def __init__(self, session, name: str):
        self.session, self.name = session, name
        self.inputs = [Input(i.name, tuple(i.shape)) for i in session.get_inputs()]
        self.output_shapes = [list(o.shape) for o in session.get_outputs()]

    def __call__(self, *arrays: np.ndarray) -> list[np.ndarray]:
        try:
            feeds = {i.name: a for i, a in zip(self.inputs, arrays, strict=True)}
            return [np.asarray(o) for o in self.session.run(None, feeds)]
        except Exception as problem:  # onnxruntime raises many kinds
            _pass_on_no_memory(problem)
            raise ModelError(f"{self.name}: failed ({str(problem)[:200]})") from None


class TorchScriptModel:
    """A TorchScript module; it says nothing of its shapes."""

    inputs = None

    def __init__(self, module, name: str):
        self.module, self.name = module, name

    def __call__(self, *arrays: np.ndarray) -> list[np.ndarray]:
        import torch

        try:
            with torch.inference_mode():
                out = self.module(*(torch.from_numpy(np.ascontiguousarray(a)) for a in arrays))
        except Exception as problem:  # whatever the module's own code raises
            _pass_on_no_memory(problem)
            raise ModelError(f"{self.name}: failed ({str(problem).strip().splitlines()[-1][:200]})") from None
        if isinstance(out, dict):
            out = list(out.values())
        out = [out] if isinstance(out, torch.Tensor) else list(out)
        if not all(isinstance(o, torch.Tensor) for o in out):
            raise ModelError(f"{self.name}: gives {[type(o).__name__ for o in out]}, not tensors")
        return [o.float().numpy() for o in out]


def open_model(path: str | Path, what: str) -> OnnxModel | TorchScriptModel:
    """what: the kind of network that is wanted, for messages. Raises ModelError."""
    path = Path(path)
    if not is_file(path):
        raise ModelError(f"{path}: there is no such file; choose {what} (.onnx or TorchScript)")
    return _torchscript(path) if path.suffix.lower() in TORCHSCRIPT else _onnx(path)


def is_file(path: Path) -> bool:
    """Whether there is such a file; also where no file can have such a name."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def stamp(path: str | Path) -> tuple:
    """Tells files apart, and a file from what it was; a name alone where it cannot be read, for who opens it to say."""
    try:
        facts = Path(path).stat()
    except (OSError, ValueError):  # a name with a zero in it
        return (str(path),)
    return (str(path), facts.st_mtime_ns, facts.st_size)


def _pass_on_no_memory(problem: Exception) -> None:
    """MemoryError where that is what stopped a network: it is not the file's fault."""
    if isinstance(problem, MemoryError) or "allocate memory" in str(problem):
        raise MemoryError(str(problem)) from None


def _onnx(path: Path) -> OnnxModel:
    try:
        import onnxruntime
    except ImportError:
        raise ModelError(f"{path} needs onnxruntime; pip install 'focuspuller[onnx]'") from None
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    try:
        session = onnxruntime.InferenceSession(str(path), options, providers=onnxruntime.get_available_providers())
    except Exception as problem:  # onnxruntime raises many kinds
        raise ModelError(f"{path}: is no ONNX network that can be run ({str(problem)[:200]})") from None
    return OnnxModel(session, str(path))


def _torchscript(path: Path) -> TorchScriptModel:
    """Only archives that hold TorchScript code are opened: a pickled checkpoint could run anything."""
    refused = f"{path}: is no TorchScript archive; export it with torch.jit.trace and torch.jit.save, or to ONNX"
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError):
        raise ModelError(refused) from None
    if not any("/code/" in name for name in names) or not any(name.endswith("/constants.pkl") for name in names):
        raise ModelError(refused)
    import torch

    try:
        module = torch.jit.load(str(path), map_location="cpu").eval()
    except (RuntimeError, ValueError) as problem:
        raise ModelError(f"{path}: cannot be loaded ({str(problem).splitlines()[0][:200]})") from None
    return TorchScriptModel(module, str(path))


def picture_input(model: OnnxModel | TorchScriptModel, count: int = 1) -> Sequence[Input] | None:
    """The model's picture inputs [1, 3, h, w]; None where it does not say. ModelError where they are other."""
    if model.inputs is None:
        return None
    shapes = [list(i.shape) for i in model.inputs]
    if len(shapes) != count or any(len(s) != 4 or (isinstance(s[1], int) and s[1] != 3) for s in shapes):
        wanted = "one picture [1, 3, h, w] was" if count == 1 else f"{count} pictures [1, 3, h, w] were"
        raise ModelError(f"{model.name}: takes {shapes}; {wanted} expected")
    return model.inputs
