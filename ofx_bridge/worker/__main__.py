"""The worker process; the plug-in starts `python -I -m focuspuller.ofx_bridge.worker --descriptor 3 [--path P]…`."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path


def close_descriptors_above(highest: int) -> None:
    """Closes what the host left inheritable: a pipe or lock of its own must not live as long as we do."""
    for descriptor in [int(entry.name) for entry in Path("/dev/fd").iterdir()]:
        if descriptor > highest:
            try:
                os.close(descriptor)
            except OSError:
                pass  # the one that listed them


def main() -> None:
    parser = argparse.ArgumentParser(prog="focuspuller.ofx_bridge.worker", description=__doc__)
    parser.add_argument("--descriptor", type=int, required=True, help="the socket to the plug-in")
    parser.add_argument("--path", action="append", default=[], help="more folders to import nodes from")
    options = parser.parse_args()

    close_descriptors_above(options.descriptor)
    os.dup2(2, 1)  # what a library prints goes to the log
    sys.path += options.path

    import faulthandler
    import logging
    import socket

    import focuspuller

    from . import log
    from .protocol import Channel
    from .server import Server

    path = os.environ.get("FOCUSPULLER_LOG", "")
    faulthandler.enable()
    log.start(path)
    threads = max(2, min(4, len(os.sched_getaffinity(0))))  # two, so that a node that is slow to stop holds up none
    server = Server(Channel(socket.socket(fileno=options.descriptor)), threads, path)
    logging.info("started with %s, %d threads", sys.executable, threads)
    server.serve(focuspuller.__version__)
    server.stop(grace=1.0)
    logging.info("ended: the host has closed its end")
    os._exit(0)  # whatever still runs: nobody wants it


if __name__ == "__main__":
    main()
