"""Requests that schemathesis generates from the OpenAPI document, sent to the running application in every role.

The seed is printed, and with each failure a curl command that reproduces it. `SCHEMATHESIS_SEED` and
`SCHEMATHESIS_SECONDS` (per role) select another run.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.access.calls import Operation
from tests.access.dataset import Dataset
from tests.access.table import rows
from tests.factories import PASSWORD
from tests.plugins.mail import NOWHERE
from tests.server import ROOT, Server

DIRECTORY = Path(__file__).parent
SEED = os.environ.get("SCHEMATHESIS_SEED", "1")
# Without `SCHEMATHESIS_SECONDS`, numbers of examples per operation bound the runs, so that a busy machine tests the same.
# The administrator has most of them, and the boundary values of all schemas: nothing is forbidden to administrators, so
# these requests reach furthest. The other roles have what differs for them. All together take about a minute.
EXAMPLES = {"guest": 4, "learner": 4, "owner": 4, "admin": 8}
SECONDS = os.environ.get("SCHEMATHESIS_SECONDS")
OTHERS_PHASES = "examples,fuzzing,stateful"
TIMEOUT = 1500.0  # on a busy machine: what it bounds is a run that hangs
# The dictionaries named in the configuration, and the ids they contain.
DICTIONARIES = {
    "courses": "course_id",
    "lessons": "lesson_id",
    "people": "user_id",
    "seats": "enrollment_id",
    "videos": "video_id",
    "events": "event_id",
}


@dataclass(frozen=True)
class Exchange:
    """One request that was sent, and the status of its response."""

    operation: str
    status: int


@pytest.fixture(scope="module")
def server(application, settings, dataset, tmp_path_factory):
    with Server(settings | NOWHERE, tmp_path_factory.mktemp("server") / "log") as server:
        yield server


@pytest.fixture
def generate(server, dataset, tmp_path):
    """Run schemathesis as a caller, and return the requests it sent."""

    def generate(caller):
        configuration = (DIRECTORY / "schemathesis.toml").read_text() + dictionaries(dataset)
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        if caller != "guest":
            configuration += (DIRECTORY / "signed_in.toml").read_text()
            person = dataset.users[caller]
            environment |= {"EMAIL": person.email, "PASSWORD": PASSWORD, "OWN_ID": str(person.id)}
        (tmp_path / "schemathesis.toml").write_text(configuration)
        return run(server, caller, tmp_path, environment)

    return generate


def dictionaries(dataset: Dataset) -> str:
    objects = [names for name, names in dataset.objects.items() if name != "missing"]
    ids = {dictionary: sorted({names[name] for names in objects}) for dictionary, name in DICTIONARIES.items()}
    # A JSON array is a TOML array as well.
    return "".join(f"[dictionaries.{name}]\nvalues = {json.dumps(values)}\n" for name, values in ids.items())


def run(server: Server, caller: str, directory: Path, environment: dict[str, str]) -> list[Exchange]:
    report = directory / "report"
    command = [Path(sys.executable).with_name("schemathesis"), "run", f"{server.url}/openapi.json", "--seed", SEED]
    command += ["--max-time", SECONDS] if SECONDS else ["--max-examples", str(EXAMPLES[caller])]
    command += [] if SECONDS or caller == "admin" else ["--phases", OTHERS_PHASES]
    command += ["--report", "ndjson", "--report-ndjson-path", report]
    command += ["--no-color", "--warnings", "off", "--output-sanitize", "false"]
    completed = subprocess.run(
        command,
        cwd=directory,
        env=environment,
        capture_output=True,
        text=True,
        timeout=int(SECONDS or 0) + TIMEOUT,
        check=False,
    )
    if completed.returncode:
        pytest.fail(f"schemathesis found something:\n{completed.stdout}{completed.stderr}", pytrace=False)
    return [*exchanges(report)]


def exchanges(report: Path) -> Iterator[Exchange]:
    for line in report.read_text().splitlines():
        recorder = json.loads(line).get("ScenarioFinished", {}).get("recorder", {})
        for number, interaction in (recorder.get("interactions") or {}).items():
            case = recorder["cases"][number]["value"]
            status = (interaction.get("response") or {}).get("status_code", 0)
            yield Exchange(f"{case['method']} {case['path']}", status)


def takes_token(operation: Operation) -> bool:
    """Return whether a request needs a token that the server has issued, which cannot be generated."""
    contents = operation.definition.get("requestBody", {}).get("content", {}).values()
    return any(name.endswith("token") for media in contents for name in media.get("example", {}))


@pytest.mark.parametrize("caller", EXAMPLES)
def test_generated_requests_get_documented_responses_and_never_a_500(generate, caller, operations_by_name):
    open_to_caller = {row.operation for row in rows() if min(row.statuses[caller].values()) < 300}
    open_to_caller = {name for name in open_to_caller if not takes_token(operations_by_name[name])}

    requests = generate(caller)

    # A run that was locked out would prove nothing.
    successful = open_to_caller & {each.operation for each in requests if 200 <= each.status < 300}
    assert len(successful) > len(open_to_caller) / 2
