"""Everything that runs during a measurement: stores, the data set in them, the application and the ceilings."""

from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import Self

import config
from bench import load
from bench.dataset import Dataset
from bench.scenarios import Scenarios
from bench.servers import APPLICATION, CEILINGS, Server, production_environment
from devstack.bootstrap import ROOT
from devstack.processes.programs import Programs, procfile_command
from devstack.services.stack import Stack
from devstack.terminal.console import step
from learnstream import create_app

COURSES = 200
STUDENTS = 500


class Testbed:
    """A running LearnStream with a filled data set, and the ceilings beside it."""

    def __init__(self, courses: int = COURSES, students: int = STUDENTS) -> None:
        self.courses, self.students = courses, students
        # As durable as in production: that is part of the cost of a write.
        self.stack = Stack(ROOT, ephemeral=True, durable=True, environ={})
        self._exit_stack = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as opening:
            with step("starting PostgreSQL, MongoDB and Redis"):
                opening.enter_context(self.stack)
            self.environment = production_environment(self.stack.environment())
            self.programs = Programs(ROOT, self.stack.directory)
            opening.callback(self.programs.stop)
            with step(f"creating a data set of {self.courses:,} courses and {self.students:,} students"):
                self._fill(opening)
            with step("starting the application and the ceilings"):
                self._start()
            self._exit_stack = opening.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        with step("stopping"):
            self._exit_stack.close()

    def write_requests(self, name: str, requests: Iterable[bytes]) -> Path:
        """Write requests to a file of this name, for `load.run`."""
        file = self.stack.directory / f"{name}.requests"
        load.write(requests, file)
        return file

    def restart(self) -> None:
        """Restart the application and the ceilings."""
        self.programs.stop()
        self._start()

    def etag(self, path: str) -> str:
        """Return the current ETag of a public path."""
        response, _ = load.send(self.application.url, load.request("GET", path))
        return response.headers["ETag"]

    def _fill(self, opening: ExitStack) -> None:
        settings, command = procfile_command(ROOT, "release")
        self.programs.run("release", command, self.environment | settings)
        # The same application in this process, to fill the stores: it logs little, and no requests.
        app = create_app(config.load(self.environment | {"LOG_LEVEL": "WARNING"}))
        opening.enter_context(app.app_context())
        self.dataset = self._create_dataset()
        self.dataset.add_courses(self.courses - len(self.dataset.courses))
        self.dataset.add_students(self.students)
        self.records = self._add_records()

    def _create_dataset(self) -> Dataset:
        return Dataset()

    def _add_records(self) -> int:
        return self.dataset.add_records(self.dataset.students, courses=slice(0, 1))

    def _start(self) -> None:
        self.application = Server(self.programs, ROOT, APPLICATION, self.environment)
        self.ceilings = Server(self.programs, ROOT, CEILINGS, self.environment)
        self.application.start()
        self.ceilings.start()
        self.scenarios = Scenarios(self.dataset, webhook_secret=self.environment["MUX_WEBHOOK_SECRETS"], etag=self.etag)
