"""Train DepthHDR's network: disparity and lost highlights from one picture.

    focuspuller train depth-hdr --out mine.safetensors --panoramas PANORAMAS

Stage one learns from generated scenes and from photographs with true radiance, stage two through the lens as in the
paper: from generated pictures through an aperture, and from folders of real ones (--pairs). A stopped training goes on
with --resume and ends in the same weights.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from focuspuller.ofx_bridge.comp.errors import CompError

from .progress import advance, bar


def add_arguments(networks) -> None:
    parser = networks.add_parser(
        "depth-hdr",
        help="disparity and lost highlights from one picture",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--out", type=Path, required=True, metavar="FILE.safetensors", help="where the weights go")
    parser.add_argument(
        "--panoramas", type=Path, metavar="DIR", help="radiance panoramas (.hdr): backgrounds, textures, highlights"
    )
    parser.add_argument("--photographs", type=Path, metavar="DIR", help="more pictures with true radiance (.hdr, .exr)")
    parser.add_argument(
        "--pairs", type=Path, action="append", default=[], metavar="DIR", help="real pictures at several apertures"
    )
    parser.add_argument("--scenes", type=int, default=3000, help="generated scenes to learn from (default %(default)s)")
    parser.add_argument(
        "--lens-scenes", type=int, default=300, help="of them, also seen through apertures (default %(default)s)"
    )
    parser.add_argument("--truth-steps", type=int, default=6000, help="of stage one (default %(default)s)")
    parser.add_argument(
        "--small-steps", type=int, default=3000, help="of them, first ones on small pictures (default %(default)s)"
    )
    parser.add_argument("--rate", type=float, default=1.5e-3, help="of learning, the highest (default %(default)s)")
    parser.add_argument("--aperture-steps", type=int, default=400, help="of stage two (default %(default)s)")
    parser.add_argument("--batch", type=int, default=8, help="pictures a step of stage one (default %(default)s)")
    parser.add_argument(
        "--highlights", type=int, default=4, help="crops a step that highlights are learned from (default %(default)s)"
    )
    parser.add_argument("--start", type=Path, metavar="FILE.safetensors", help="weights to begin with")
    parser.add_argument("--vgg19", type=Path, metavar="FILE.safetensors", help="VGG-19 for the feature loss")
    parser.add_argument("--work", type=Path, metavar="DIR", help="scenes, state and curve (default: FILE.training)")
    parser.add_argument("--seed", type=int, default=1, help="of scenes and weights (default %(default)s)")
    parser.add_argument("--device", default="cpu", help="cpu, cuda or mps (default %(default)s)")
    parser.add_argument("--threads", type=int, default=1, help="of the processor (default %(default)s)")
    parser.add_argument("--resume", action="store_true", help="go on where a stopped training was")


def run(options: argparse.Namespace) -> int:
    import cv2
    import torch

    from focuspuller.kernels.rgbd_hdr import estimate, training
    from focuspuller.kernels.rgbd_hdr.sources import gather
    from focuspuller.kernels.weights_file import save_weights

    if (
        min(options.truth_steps, options.small_steps, options.aperture_steps, options.scenes, options.lens_scenes) < 0
        or min(options.batch, options.highlights) < 1
        or not 0 < options.rate < 1
    ):
        raise CompError("steps and scenes are at least 0, --batch and --highlights at least 1, --rate between 0 and 1")
    torch.set_num_threads(max(options.threads, 1))
    cv2.setNumThreads(max(options.threads, 1))
    try:
        device = torch.zeros(1, device=options.device).device.type
    except (RuntimeError, AssertionError) as problem:
        raise CompError(f"--device {options.device}: {str(problem).splitlines()[0]}; use cpu") from None
    work = options.work or options.out.with_suffix(".training")
    schedule = training.Schedule(
        options.truth_steps,
        options.aperture_steps,
        options.small_steps,
        options.batch,
        options.highlights,
        options.rate,
        seed=options.seed,
    )
    try:
        with bar(max(options.scenes + options.lens_scenes, 1), "Drawing scenes", "scene") as drawn:
            sources = gather(
                work,
                (options.scenes, options.lens_scenes),
                options.seed,
                options.panoramas,
                options.photographs,
                options.pairs,
                options.threads,
                drawn.update,
            )
        with bar(max(schedule.steps, 1), "Training", "step") as trained:

            def progress(step: int, text: str) -> None:
                advance(trained, step)
                trained.set_postfix_str(text, refresh=False)

            network = training.train(
                sources, schedule, work, device, options.resume, options.vgg19, options.start, progress
            )
        halves = {name: tensor.half() for name, tensor in network.state_dict().items()}
        save_weights(options.out, halves, {"network": estimate.KIND})
    except (ValueError, OSError) as problem:
        raise CompError(str(problem)) from None
    print(f"{options.out}; losses by step in {work / 'curve.csv'}")
    return 0
