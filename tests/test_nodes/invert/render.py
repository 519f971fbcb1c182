import numpy as np

from focuspuller.nodes.vocabulary.jobs import Picture, RenderJob
from test_nodes.pictures import covering


def render(job: RenderJob) -> Picture:
    source = covering(job.clip("Source"), job.window, job.channels)
    amount = np.float32(job.knobs["amount"])
    return Picture(amount * (1 - source) + (1 - amount) * source, job.window)
