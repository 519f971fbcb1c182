import json

import numpy as np

from focuspuller.nodes.vocabulary.jobs import AnalyseJob, Analysis, NodeError, Picture, RenderJob
from test_nodes.pictures import covering


def render(job: RenderJob) -> Picture:
    return Picture(covering(job.clip("Source"), job.window, job.channels), job.window)


def analyse(job: AnalyseJob) -> Analysis:
    first, last = job.frames
    levels, places = [], []
    for n, frame in enumerate(range(first, last + 1)):
        job.progress(n / (last + 1 - first), f"frame {frame}")
        picture = job.clip("Source", frame)
        if job.button == "breakDown":
            raise NodeError("Nothing to analyse. Press the other button.")
        levels.append((frame, float(picture.pixels[..., 0].mean())))
        y, x = np.unravel_index(picture.pixels[..., 0].argmax(), picture.pixels.shape[:2])
        places.append((frame, (picture.window.x0 + x + 0.5, picture.window.y0 + y + 0.5)))
    return Analysis(
        keys={"level": levels, "brightest": places},
        values={"stamp": f"{first}-{last}", "curves": json.dumps(job.curves)},
        message=f"Analysed {len(levels)} frames.",
        within=(first, last) if job.knobs["keepOthers"] else None,
    )
