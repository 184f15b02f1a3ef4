"""An interactive shell with the application, on its own empty stores, and the test users."""

import argparse
import code
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from flask import Flask
from flask_migrate import upgrade

from config import load
from devstack.bootstrap import ROOT
from devstack.mux import Emulator
from devstack.services.stack import Stack
from devstack.terminal.console import step
from learnstream import create_app, documents
from learnstream.models import Role

BANNER = """
`app` has its context pushed, `client` is its test client, and the cast is signed in:
  admin, owner (an instructor), learner (enrolled in `course`), stranger (a student without a seat)

  client.get(f"/courses/{course.id}/progress", auth=learner).json

Everything is deleted when you leave with Ctrl-D."""


def main(options: argparse.Namespace) -> int:
    with shell_namespace() as namespace:
        if options.command_line is None:
            _interact(namespace)
        else:
            exec(compile(options.command_line, "<command>", "exec"), namespace)  # noqa: S102 - the developer's own code
    return 0


@contextmanager
def shell_namespace() -> Iterator[dict[str, Any]]:
    """Start stores, the Mux emulator and the application; yield the shell's namespace."""
    with ExitStack() as exit_stack:
        with step("starting PostgreSQL, MongoDB and Redis"):
            stack = exit_stack.enter_context(Stack(ROOT, ephemeral=True))
        with step("starting the application with its cast"):
            mux = exit_stack.enter_context(Emulator(_emulator_directory(stack), fast=True))
            app = create_app(
                load({"LEARNSTREAM_ENV": "testing", "LOG_LEVEL": "WARNING", **stack.environment(), **mux.environment()})
            )
            exit_stack.enter_context(app.app_context())
            upgrade()
            documents.ensure_indexes()
            namespace = {"app": app, "mux": mux, **_create_cast(app)}
        yield namespace


def _emulator_directory(stack: Stack) -> Path:
    directory = stack.directory / "mux"
    directory.mkdir()
    return directory


def _create_cast(app: Flask) -> dict[str, Any]:
    # The tests' own users and course; the other commands do not need `tests`.
    from tests.factories import make_course, make_person, make_seat  # noqa: PLC0415
    from tests.plugins.application import Client  # noqa: PLC0415
    from tests.plugins.contract import Contract  # noqa: PLC0415

    app.test_client_class = Client
    app.extensions["contract"] = Contract(app)
    owner = make_person(Role.INSTRUCTOR, "Ines")
    users = {
        "admin": make_person(Role.ADMIN, "Ada"),
        "learner": make_person(Role.STUDENT, "Lea"),
        "stranger": make_person(Role.STUDENT, "Stan"),
    }
    course = make_course(owner)
    make_seat(users["learner"], course)
    return {"owner": owner, **users, "course": course, "client": app.test_client()}


def _interact(namespace: dict[str, Any]) -> None:
    import readline  # noqa: PLC0415 - changes how the terminal is read, which is wanted here alone
    import rlcompleter  # noqa: PLC0415 - the same

    readline.set_completer(rlcompleter.Completer(namespace).complete)
    readline.parse_and_bind("tab: complete")
    code.interact(banner=BANNER, local=namespace, exitmsg="")
