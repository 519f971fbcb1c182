"""Train a network: af-net, which learns when and where to focus, or depth-hdr (train_depth_hdr.py).

    focuspuller train af-net --out af_net.safetensors

By default AF-Net learns from generated clips; add folders in the shape of DHF1K (where people look), or of targets that
users accepted (see LAAFPlanner). A stopped training goes on with --resume and ends in the same weights.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from focuspuller.ofx_bridge.comp.errors import CompError

from . import train_depth_hdr
from .progress import advance, bar


def add_arguments(parser: argparse.ArgumentParser) -> None:
    networks = parser.add_subparsers(dest="network", required=True, metavar="NETWORK")
    train_depth_hdr.add_arguments(networks)
    af_net = networks.add_parser("af-net", help="new focus targets from pictures alone", description=__doc__)
    af_net.add_argument("--out", type=Path, required=True, metavar="FILE.safetensors", help="where the weights go")
    af_net.add_argument(
        "--clips", type=int, default=64, help="generated clips to learn from (default 64, at most 1000)"
    )
    af_net.add_argument("--dhf1k", type=Path, action="append", default=[], metavar="DIR", help="eye-tracking folder")
    af_net.add_argument("--targets", type=Path, action="append", default=[], metavar="DIR", help="folder of targets")
    af_net.add_argument("--work", type=Path, metavar="DIR", help="state, curve and clips (default: FILE.training)")
    af_net.add_argument("--steps", type=int, default=500, help="of the optimiser (default 500)")
    af_net.add_argument("--batch", type=int, default=2, help="stretches of clips a step (default 2)")
    af_net.add_argument("--seed", type=int, default=1, help="of clips and weights (default 1)")
    af_net.add_argument("--device", default="cpu", help="cpu, cuda or mps (default cpu)")
    af_net.add_argument("--threads", type=int, default=1, help="of the processor (default 1)")
    af_net.add_argument("--resume", action="store_true", help="go on where a stopped training was")


def run(options: argparse.Namespace) -> int:
    return {"af-net": train_af_net, "depth-hdr": train_depth_hdr.run}[options.network](options)


def train_af_net(options: argparse.Namespace) -> int:
    import cv2
    import torch

    from focuspuller.kernels.attention import af_training
    from focuspuller.kernels.attention.af_sets import gather
    from focuspuller.kernels.weights_file import save_weights

    if options.steps < 1 or options.batch < 1 or not 0 <= options.clips <= 1000:
        raise CompError("--steps and --batch are at least 1, --clips 0 … 1000")
    torch.set_num_threads(max(options.threads, 1))
    cv2.setNumThreads(max(options.threads, 1))
    work = options.work or options.out.with_suffix(".training")
    try:
        device = torch.zeros(1, device=options.device).device.type
    except (RuntimeError, AssertionError) as problem:
        raise CompError(f"--device {options.device}: {str(problem).splitlines()[0]}; use cpu") from None
    schedule = af_training.Schedule(steps=options.steps, batch=options.batch, seed=options.seed)
    try:
        with bar(max(options.clips, 1), "Drawing clips", "clip") as drawn:
            examples, held = gather(work, options.clips, options.seed, options.dhf1k, options.targets, drawn.update)
        if not examples:
            raise CompError("there is nothing to learn from; give --clips, --dhf1k or --targets")
        with bar(options.steps, "Training", "step") as trained:

            def progress(step: int, text: str) -> None:
                advance(trained, step)
                trained.set_postfix_str(text, refresh=False)

            network = af_training.train(examples, held, schedule, work, device, options.resume, progress)
        save_weights(options.out, network.state_dict(), {"network": "af-net"})
    except (ValueError, OSError) as problem:
        raise CompError(str(problem)) from None
    print(f"{options.out}; losses by step in {work / 'curve.csv'}")
    return 0
