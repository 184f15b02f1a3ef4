from datetime import timedelta

import pytest

from learnstream.clock import now
from learnstream.schemas.enrollment.enrollment import SeatGrantSchema
from tests.factories import give_to_group, make_person


@pytest.fixture
def listed(client, owner, course, learner):
    def listed(**kwargs):
        return client.get(f"/courses/{course.id}/learners/{learner.id}/grants", **{"auth": owner} | kwargs)

    return listed


def test_all_reasons_are_listed_with_their_state(client, listed, learner, course):
    tomorrow, yesterday = now() + timedelta(days=1), now() - timedelta(days=1)
    give_to_group(learner, course, group_id=1, starts_at=tomorrow)
    give_to_group(learner, course, group_id=2, starts_at=yesterday - timedelta(days=1), expires_at=yesterday)
    give_to_group(learner, course, group_id=3)
    client.delete(f"/courses/{course.id}/enroll", auth=learner)

    found = listed().json

    assert [(each["source"], each["source_id"], each["state"]) for each in found] == [
        ("group", 3, "live"),
        ("group", 2, "expired"),
        ("group", 1, "upcoming"),
        ("self", None, "ended"),
    ]
    assert list(found[0]) == list(SeatGrantSchema().fields)


def test_an_administrator_may_read_them(listed, admin):
    assert listed(auth=admin).status_code == 200


@pytest.mark.parametrize(("person", "code"), [("learner", "not_your_course"), ("other_owner", "not_your_course")])
def test_others_are_rejected(listed, request, person, code):
    response = listed(auth=request.getfixturevalue(person))

    assert (response.status_code, response.json["code"]) == (403, code)


def test_who_was_never_enrolled_is_not_found(client, owner, course):
    response = client.get(f"/courses/{course.id}/learners/{make_person().id}/grants", auth=owner)

    assert (response.status_code, response.json["code"]) == (404, "not_enrolled")
