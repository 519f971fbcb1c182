from focuspuller.nodes.vocabulary.jobs import Picture, RenderJob
from test_nodes.pictures import covering


def render(job: RenderJob) -> Picture:
    source = job.clip("Source")
    if source.window == job.window and source.pixels.shape[2] == job.channels:
        return source
    return Picture(covering(source, job.window, job.channels), job.window, source.premultiplied)
