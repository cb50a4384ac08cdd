"""The command line of `jupyter awareness`, and what its commands have in common.

Top floor: argparse.
"""

from __future__ import annotations

import argparse
import math
import os
from collections.abc import Callable
from importlib.metadata import version
from typing import Any

__all__ = [
    "TOKEN_VARIABLE",
    "add_command",
    "add_server",
    "amount",
    "command_parser",
    "count",
]

TOKEN_VARIABLE = "JUPYTER_AWARENESS_TOKEN"

EPILOG = """\
examples:
  jupyter awareness who                               the server that runs on this computer
  jupyter awareness who --json --url http://host:8888/
  jupyter awareness watch document:work/a.ipynb
  jupyter awareness demo --peers 20 --rooms 3
  jupyter awareness doctor

exit codes: 0 done, 1 it could not be done, 2 wrong usage"""


def command_parser() -> tuple[argparse.ArgumentParser, Any]:
    """The parser of `jupyter awareness`, and what commands are added to."""
    parser = argparse.ArgumentParser(
        "jupyter awareness",
        description="Who is on a Jupyter server, and where.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=version("jupyter_awareness"))
    parser.set_defaults(command=None)
    return parser, parser.add_subparsers(title="commands", metavar="COMMAND")


def add_command(commands: Any, command: Callable[..., Any], *flags: str) -> argparse.ArgumentParser:
    """Add a command, named and described as its function."""
    text = (command.__doc__ or "").partition("\n")[0]
    name = command.__name__
    parser: argparse.ArgumentParser = commands.add_parser(name, help=text, description=text)
    add_server(parser)
    for flag in flags:
        parser.add_argument(flag, action="store_true", help="for programs to read")
    parser.set_defaults(command=command)
    return parser


def add_server(parser: argparse.ArgumentParser) -> None:
    """Add the options that say which server is meant, and who one is there."""
    parser.add_argument("--url", help="the server; default: the one that runs on this computer")
    parser.add_argument(
        "--token",
        default=os.environ.get(TOKEN_VARIABLE),
        help="its token; default: the running server's, if it is yours. Others may read a command"
        f" line: better put it into the variable {TOKEN_VARIABLE}",
    )


def count(text: str) -> int:
    """Read a count.

    Raises:
        ValueError, ArgumentTypeError: it is none.
    """
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return value


def amount(text: str) -> float:
    """Read a number above zero.

    Raises:
        ValueError, ArgumentTypeError: it is none.
    """
    value = float(text)
    if not (value > 0 and math.isfinite(value)):
        raise argparse.ArgumentTypeError("must be more than 0")
    return value
