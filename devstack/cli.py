"""The command line. Standard library only: the virtual environment may not exist yet."""

import argparse
import importlib
import os
import sys

from devstack import bootstrap
from devstack.errors import DevstackError
from devstack.terminal.interruption import interrupt_on_signals

COMMANDS = {
    "run": "start everything, with demo data, until Ctrl-C",
    "test": "check and test everything, or with --changed[=REV] what a change concerns; the rest goes to pytest",
    "faults": "test every failure of a store or process, in about ten minutes; further arguments go to pytest",
    "shell": "open a Python shell with the application and the tests' people, on empty stores",
    "services": "start the stores alone and print their addresses, until Ctrl-C",
    "reset": "delete the local data",
    "pages": "write the generated pages of the documentation anew: docs/errors.md and docs/privacy.md",
    "translations": "bring the translations of mails and pages up to date with their words, and compile them",
    "lock": "write requirements.txt and requirements-dev.txt anew",
}


def main(arguments: list[str]) -> int:
    """Run one command; return the exit code."""
    options = parse(arguments)
    interrupt_on_signals()
    try:
        bootstrap.enter(arguments)
        # Imported only now: the commands need the packages installed in the virtual environment.
        return importlib.import_module(f"devstack.commands.{options.command}").main(options)
    except DevstackError as error:
        return _report_error(str(error))
    except PermissionError as error:
        return _report_error(
            f"{error.filename or 'A file'} belongs to another user. Run as that user, or delete it first."
        )
    except (ImportError, SyntaxError, FileNotFoundError) as error:
        if not bootstrap.is_of_venv(error):
            raise
        return _report_error(bootstrap.DAMAGED.format(error))
    except KeyboardInterrupt:
        print("devstack: stopped.", file=sys.stderr)
        return 130


def parse(arguments: list[str]) -> argparse.Namespace:
    """Parse the arguments; pytest's stay unparsed after `test` and `faults`: argparse would reorder its options."""
    parser = _parser()
    if arguments[:1] in (["test"], ["faults"]) and arguments[1:] not in (["-h"], ["--help"]):
        changed, rest = _split_changed(arguments[1:])
        return argparse.Namespace(command=arguments[0], changed=changed, pytest=rest)
    return parser.parse_args(arguments)


def _split_changed(arguments: list[str]) -> tuple[str | None, list[str]]:
    """Split `--changed` or `--changed=REV` off the front."""
    option, _, revision = arguments[0].partition("=") if arguments else ("", "", "")
    return (revision or "HEAD", arguments[1:]) if option == "--changed" else (None, arguments)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python3 -m devstack", description="LearnStream's local stack.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    parsers = {name: commands.add_parser(name, help=text, description=text) for name, text in COMMANDS.items()}
    parsers["run"].add_argument(
        "--port",
        type=_port,
        default=os.environ.get("PORT"),
        help="the web server's port (default: 8000, or another if that is taken)",
    )
    parsers["run"].add_argument(
        "--s3", action="store_true", help="keep files in a local S3 server, to which clients upload, instead of MongoDB"
    )
    parsers["test"].add_argument(
        "--changed", metavar="REV", help="test what differs from REV (default: HEAD), committed or not; comes first"
    )
    parsers["test"].add_argument("pytest", nargs="*", help="arguments for pytest")
    parsers["faults"].add_argument("pytest", nargs="*", help="arguments for pytest, such as -k 'frozen and mongodb'")
    parsers["shell"].add_argument("-c", dest="command_line", metavar="CODE", help="run this instead of asking")
    parsers["reset"].add_argument("--yes", action="store_true", help="do not ask")
    parsers["lock"].add_argument("--upgrade", action="store_true", help="take the newest versions")
    return parser


def _port(text: str) -> int:
    """Parse a port that a user without privileges can listen on."""
    port = int(text)
    if not 1024 <= port <= 65535:
        raise argparse.ArgumentTypeError(f"{port} is not between 1024 and 65535")
    return port


def _report_error(text: str) -> int:
    print(f"devstack: {text}", file=sys.stderr)
    return 1
