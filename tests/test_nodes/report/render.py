import json

from focuspuller.nodes.vocabulary.jobs import Picture, RenderJob
from test_nodes.pictures import covering


def render(job: RenderJob) -> Picture:
    clips = {name: job.clip(name) for name in ("Source", "Depth", "Matte")}
    report = {
        "time": job.time,
        "window": job.window,
        "channels": job.channels,
        "scale": job.scale,
        "format": job.format,
        "pixelAspect": job.pixel_aspect,
        "fps": job.fps,
        "draft": job.draft,
        "knobs": dict(job.knobs),
        "clips": {
            name: picture
            and {"window": picture.window, "shape": picture.pixels.shape, "premultiplied": picture.premultiplied}
            for name, picture in clips.items()
        },
        "regions": {name: job.region(name) for name in clips},
    }
    job.warn(json.dumps(report))
    shown = clips["Depth"] if job.knobs["mode"] == "depth" else clips["Source"]
    return Picture(covering(shown, job.window, job.channels), job.window)
