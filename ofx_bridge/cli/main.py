"""The `focuspuller` command: picks the subcommand, turns errors into one line and an exit code.

Exit codes: 0 done; 1 rendering failed or doctor found something broken; 2 the command line, comp or installation is
wrong; 130 stopped by Ctrl-C.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys

from focuspuller import __version__
from focuspuller.ofx_bridge.comp.errors import CompError, RenderError

COMMANDS = {
    "demo": "pull focus through a ray-traced clip, from nothing to pictures",
    "render": "render a comp file",
    "analyse": "press a node's button: focus curves and tracks into a comp file, or live from a device",
    "evaluate": "score a focus file against the truth",
    "nodes": "list every node with its inputs and knobs",
    "install": "put the plug-in where OpenFX hosts look for it",
    "uninstall": "take it out again",
    "doctor": "check this installation",
    "train": "train a network on generated clips or your own",
}


def main(arguments: list[str] | None = None) -> int:
    """Runs the command line (default: the process's own) and returns the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # consoles that cannot show … or ×
    options = _parser().parse_args(arguments)
    if options.command is None:
        _parser().print_help(sys.stderr)
        return 2
    try:
        # Only the command's own module is imported, so that doctor runs where another's imports are broken.
        command = importlib.import_module(f".{options.command}", __package__)
        parser = argparse.ArgumentParser(
            prog=f"focuspuller {options.command}",
            description=command.__doc__,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        command.add_arguments(parser)
        return command.run(parser.parse_args(options.arguments))
    except RenderError as problem:
        print(f"focuspuller: {problem}", file=sys.stderr)
        return 1
    except CompError as problem:
        print(f"focuspuller: {problem}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("focuspuller: stopped; files already written are whole", file=sys.stderr)
        return 130
    except BrokenPipeError:  # the reader of our output, such as head, has gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _parser() -> argparse.ArgumentParser:
    commands = "\n".join(f"  {name:12}{summary}" for name, summary in COMMANDS.items())
    parser = argparse.ArgumentParser(
        prog="focuspuller",
        usage="focuspuller [--version] COMMAND [options]",
        description="Pulls focus in deep-focus clips, by OpenFX nodes.",
        epilog=f"commands:\n{commands}\n\nfocuspuller COMMAND --help tells more.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"focuspuller {__version__}")
    parser.add_argument("command", nargs="?", choices=COMMANDS, metavar="COMMAND", help=argparse.SUPPRESS)
    parser.add_argument("arguments", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    return parser
