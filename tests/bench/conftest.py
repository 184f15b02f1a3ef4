"""A small school as the benchmark makes it."""

import pytest

from bench.scenarios import Scenarios
from bench.school import School
from tests.bench.wire import send


@pytest.fixture
def school(app):
    school = School()
    school.add_courses(11)
    school.add_students(2)
    school.add_records(school.students, courses=slice(0, 1))
    return school


@pytest.fixture
def scenarios(app, client, school):
    """All that is measured, by name."""

    def etag(path):
        return client.get(path).headers["ETag"]

    made = Scenarios(school, webhook_secret=app.config["MUX_WEBHOOK_SECRETS"][0], etag=etag)
    return {scenario.name: scenario for scenario in made.all()}


@pytest.fixture
def ask(client):
    """Send the next request of a scenario, or one that was written before."""

    def ask(scenario_or_request):
        if isinstance(scenario_or_request, bytes):
            return send(client, scenario_or_request)
        return send(client, next(iter(scenario_or_request.requests())))

    return ask
