"""One process's share of the lens benchmark: `python lens_worker.py FOLDER RADIUS CALLS [CORES]`.

Defocuses FOLDER/rgba.npy by FOLDER/coc.npy that many times. Prints JSON: seconds, of each call; before and peak, MiB of
memory resident before the first call, pictures read, and at the most.
"""

import json
import os
import resource
import sys
import time
from pathlib import Path


def keep_to(cores: int) -> None:
    """Uses so many processors. To be called before PoCL counts them."""
    allowed = sorted(os.sched_getaffinity(0))[:cores]
    os.sched_setaffinity(0, allowed)
    for name in ("POCL_MAX_PTHREAD_COUNT", "POCL_CPU_MAX_CU_COUNT", "OMP_NUM_THREADS"):
        os.environ[name] = str(len(allowed))


def peak() -> float:
    """MiB. ru_maxrss begins at what the parent held, so it is the second choice."""
    status = Path("/proc/self/status")
    lines = status.read_text(encoding="ascii").splitlines() if status.is_file() else []
    kilobytes = [int(line.split()[1]) for line in lines if line.startswith("VmHWM:")]
    return (kilobytes or [resource.getrusage(resource.RUSAGE_SELF).ru_maxrss])[0] / 1024


def main(folder: str, radius: str, calls: str, cores: str = "") -> None:
    if cores:
        keep_to(int(cores))
    import numpy as np

    from focuspuller.kernels.lens.defocus import defocus
    from focuspuller.kernels.lens.iris import Iris
    from focuspuller.kernels.opencl.device import default_device

    rgba, coc = np.load(Path(folder, "rgba.npy")), np.load(Path(folder, "coc.npy"))
    default_device()
    before, seconds = peak(), []
    for _ in range(int(calls)):
        started = time.perf_counter()
        out = defocus(rgba, coc, Iris(), max_radius=float(radius))
        seconds.append(time.perf_counter() - started)
        del out
    print(json.dumps({"seconds": seconds, "before": before, "peak": peak()}))


main(*sys.argv[1:])
