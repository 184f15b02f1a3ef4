"""Erasing what a person was told."""

import pytest

from tests.factories import make_person
from tests.notices import notices, tell_of


@pytest.fixture
def people(app):
    return [make_person() for _ in range(2)]


def test_the_command_erases_the_notices_of_one_person(app, client, people):
    tell_of(*people)
    tell_of(people[0])
    assert client.get("/notifications/count", auth=people[0]).json == {"unread": 2}

    output = app.test_cli_runner().invoke(args=["erase-notices", str(people[0].id)]).output

    assert output == "notices: 2 erased\n"
    assert client.get("/notifications/count", auth=people[0]).json == {"unread": 0}
    assert [each["user_id"] for each in notices()] == [people[1].id]


def test_erasing_nobody_is_refused(app):
    assert app.test_cli_runner().invoke(args=["erase-notices", "0"]).exit_code == 2
