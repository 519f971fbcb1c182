import time

from focuspuller.nodes.vocabulary.jobs import Picture, RenderJob
from test_nodes.pictures import covering


def render(job: RenderJob) -> Picture:
    seconds = job.knobs["seconds"]
    start = time.monotonic()
    while (elapsed := time.monotonic() - start) < seconds:
        job.progress(elapsed / seconds)
        time.sleep(min(0.02, seconds - elapsed))
    return Picture(covering(job.clip("Source"), job.window, job.channels), job.window)
