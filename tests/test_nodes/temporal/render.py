import numpy as np

from focuspuller.nodes.vocabulary.jobs import Picture, RenderJob
from test_nodes.pictures import covering


def render(job: RenderJob) -> Picture:
    times = range(int(job.time) - job.knobs["before"], int(job.time) + job.knobs["after"] + 1)
    mean = np.mean([covering(job.clip("Source", t), job.window, job.channels) for t in times], axis=0)
    return Picture((mean + covering(job.clip("Guide"), job.window, job.channels)).astype(np.float32), job.window)
