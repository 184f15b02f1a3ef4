"""Requests that schemathesis invents from the OpenAPI document, to the running application, in every role.

The seed is printed, and with each failure a curl command that shows it again. `SCHEMATHESIS_SEED` and
`SCHEMATHESIS_SECONDS` (for each role) ask for another run.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.access.table import rows
from tests.access.world import World
from tests.factories import PASSWORD
from tests.server import ROOT, Server

HERE = Path(__file__).parent
SEED = os.environ.get("SCHEMATHESIS_SEED", "1")
# There are four roles, and three minutes are the most that all may take.
SECONDS = int(os.environ.get("SCHEMATHESIS_SECONDS", "30"))
# What the dictionaries that the configuration speaks of are made of.
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
    """One request that was sent, and the status it was answered with."""

    operation: str
    status: int


@pytest.fixture(scope="module")
def server(application, settings, world, tmp_path_factory):
    with Server(settings, tmp_path_factory.mktemp("server") / "log") as server:
        yield server


@pytest.fixture
def generate(server, world, tmp_path):
    """Have a caller ask whatever comes to schemathesis' mind, and return what was asked."""

    def generate(caller):
        configuration = (HERE / "schemathesis.toml").read_text() + dictionaries(world)
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        if caller != "guest":
            configuration += (HERE / "signed_in.toml").read_text()
            person = world.people[caller]
            environment |= {"EMAIL": person.email, "PASSWORD": PASSWORD, "OWN_ID": str(person.id)}
        (tmp_path / "schemathesis.toml").write_text(configuration)
        return run(server, tmp_path, environment)

    return generate


def dictionaries(world: World) -> str:
    things = [thing for name, thing in world.things.items() if name != "missing"]
    ids = {dictionary: sorted({thing[name] for thing in things}) for dictionary, name in DICTIONARIES.items()}
    # An array of JSON is one of TOML as well.
    return "".join(f"[dictionaries.{name}]\nvalues = {json.dumps(values)}\n" for name, values in ids.items())


def run(server: Server, directory: Path, environment: dict[str, str]) -> list[Exchange]:
    report = directory / "report"
    command = [Path(sys.executable).with_name("schemathesis"), "run", f"{server.url}/openapi.json", "--seed", SEED]
    command += ["--max-time", str(SECONDS), "--report", "ndjson", "--report-ndjson-path", report]
    command += ["--no-color", "--warnings", "off", "--output-sanitize", "false"]
    done = subprocess.run(
        command, cwd=directory, env=environment, capture_output=True, text=True, timeout=SECONDS + 60, check=False
    )
    if done.returncode:
        pytest.fail(f"schemathesis found something:\n{done.stdout}{done.stderr}", pytrace=False)
    return [*exchanges(report)]


def exchanges(report: Path) -> Iterator[Exchange]:
    for line in report.read_text().splitlines():
        recorded = json.loads(line).get("ScenarioFinished", {}).get("recorder", {})
        for number, interaction in (recorded.get("interactions") or {}).items():
            case = recorded["cases"][number]["value"]
            status = (interaction.get("response") or {}).get("status_code", 0)
            yield Exchange(f"{case['method']} {case['path']}", status)


@pytest.mark.parametrize("caller", ["guest", "learner", "owner", "admin"])
def test_whatever_is_asked_is_answered_as_documented_and_never_with_a_failure(generate, caller):
    open_to_caller = {row.operation for row in rows() if min(row.statuses[caller].values()) < 300}

    found = generate(caller)

    # A run that was locked out would prove nothing.
    let_in = open_to_caller & {each.operation for each in found if 200 <= each.status < 300}
    assert len(let_in) > len(open_to_caller) / 2
