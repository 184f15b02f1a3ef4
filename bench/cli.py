"""The command line. Standard library only: the virtual environment may not exist yet."""

import argparse
import importlib
import shutil
import sys

from bench.sections import SECTIONS
from devstack import bootstrap
from devstack.errors import DevstackError
from devstack.terminal.interruption import interrupt_on_signals

DESCRIPTION = "Measure how fast LearnStream is on this machine, beside what the machine can do at all."


def main(arguments: list[str]) -> int:
    """Run the benchmarks; return the exit code: 0 unless something could not be measured."""
    options = parse(arguments)
    interrupt_on_signals()
    try:
        bootstrap.enter(arguments, module="bench")
        require_wrk()
        # Imported only now: the benchmarks need the packages installed in the virtual environment.
        return importlib.import_module("bench.main").main(options)
    except DevstackError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("bench: stopped.", file=sys.stderr)
        return 130


def parse(arguments: list[str]) -> argparse.Namespace:
    sections = "\n".join(f"  {name:<10}{text}" for name, text in SECTIONS.items())
    parser = argparse.ArgumentParser(
        prog="python3 -m bench",
        description=f"{DESCRIPTION}\n\nsections:\n{sections}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--rounds", type=_positive, default=3, help="how often each figure is taken (default: 3)")
    parser.add_argument("--seconds", type=_positive, default=4, help="how long each time (default: 4)")
    parser.add_argument("--connections", type=_numbers, default=[1, 16, 64], help="default: 1,16,64")
    parser.add_argument(
        "--only", action="append", default=[], metavar="NAME", help="only sections or requests so named"
    )
    parser.add_argument("--scale", action="store_true", help="the section `scale`, too")
    parser.add_argument("--share", type=float, default=1.0, help="of the full size in `record`, for a quick look")
    return parser.parse_args(arguments)


def require_wrk() -> None:
    """Require wrk, which generates the load.

    Raises:
        DevstackError: wrk is missing; the text says how to install it.
    """
    if shutil.which("wrk") is None:
        raise DevstackError("wrk is missing. On Debian or Ubuntu, as root: apt-get install wrk")


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


def _numbers(text: str) -> list[int]:
    return [_positive(part) for part in text.split(",")]
