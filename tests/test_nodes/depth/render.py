from focuspuller.nodes.vocabulary.jobs import Picture, RenderJob
from test_nodes.pictures import covering


def render(job: RenderJob) -> Picture:
    result = covering(job.clip("Source"), job.window, job.channels)
    if (depth := job.clip("Depth")) is not None:
        result[..., -1:] = covering(depth, job.window, 1)
    return Picture(result, job.window, premultiplied=False)
