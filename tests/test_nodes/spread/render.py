import math

import numpy as np

from focuspuller.nodes.vocabulary.jobs import Picture, RenderJob, Window
from test_nodes.pictures import covering


def render(job: RenderJob) -> Picture:
    across, down = job.pixels("size")
    rx, ry = math.floor(across / job.knobs["squeeze"]), math.floor(down)
    source = job.clip("Source")
    reach = covering(source, job.window.grown(rx, ry), job.channels)
    h, w = job.window.height, job.window.width
    total = sum(
        reach[dy : dy + h, dx : dx + w].astype(np.float64) for dy in range(2 * ry + 1) for dx in range(2 * rx + 1)
    )
    x, y = (math.floor(v) for v in job.knobs["point"])
    colour = covering(source, Window(x, y, x + 1, y + 1), job.channels)[0, 0]
    return Picture((total / ((2 * rx + 1) * (2 * ry + 1)) + colour).astype(np.float32), job.window)
