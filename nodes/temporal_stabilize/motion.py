"""What motion is read by: dense inverse search, or a network of the user's."""

from __future__ import annotations

import numpy as np

from ...kernels.flow import FlowCache
from ...kernels.flow.network_file import open_flow_network
from ...kernels.model_file import ModelError
from ...kernels.temporal.alignment import Aligner
from ..vocabulary.jobs import Job, KnobError
from .node import MODEL


def aligner(job: Job, cache: FlowCache, threshold: float) -> Aligner:
    """An Aligner with the flow of the job's knobs. KnobError where its network is not to be had or fails."""
    if job.knobs["flow"] != MODEL:
        return Aligner(cache, threshold)
    path = str(job.knobs["flowModel"]).strip()
    if not path:
        raise KnobError(
            "flowModel", "is empty; choose an optical flow network (.onnx or TorchScript), or set Flow to dis."
        )
    try:
        network = open_flow_network(path)
    except ModelError as problem:
        raise KnobError("flowModel", f"{problem}.") from None

    def flow(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        try:
            return network(a, b)
        except ModelError as problem:
            raise KnobError("flowModel", f"{problem}.") from None

    return Aligner(cache, threshold, flow, network.name)
