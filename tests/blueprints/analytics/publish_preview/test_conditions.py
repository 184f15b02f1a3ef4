"""The predicted effects of new conditions and rules."""

from datetime import UTC, datetime

import pytest

from tests.blueprints.analytics.publish_preview.drafts import effect, publish
from tests.factories import make_person, make_seat
from tests.learning import complete, make_record, watch

NEVER_YET = {"at": datetime(2090, 1, 1, tzinfo=UTC).isoformat()}


@pytest.fixture
def set_condition(client, owner, course):
    """Put a condition of the course's second lesson into the draft."""

    def set_condition(**condition):
        modules = client.get(f"/courses/{course.id}/draft", auth=owner).json["modules"]
        entry = {"lesson_id": course.lessons[1].id} | condition
        outline = [
            {
                "id": module["id"],
                "title": module["title"],
                "lesson_ids": [lesson.id for lesson in course.lessons],
                "conditions": [entry],
            }
            for module in modules
        ]
        response = client.put(f"/courses/{course.id}/outline", json={"modules": outline}, auth=owner)
        assert response.status_code == 200, response.json

    return set_condition


@pytest.fixture
def condition(set_condition, course):
    """A condition that only learners who completed the film meet."""
    set_condition(prerequisites=[course.lessons[2].id])


def concerned(response):
    return {each["user_id"]: (each["kept_open"], each["closing"]) for each in response.json["affected"]}


def counts(response, learners="migrate"):
    return tuple(response.json["effects"][learners][name] for name in ("kept_open", "closing"))


def test_learners_who_began_a_lesson_that_would_close_are_listed(preview, course, lea, condition):
    second = course.lessons[1]
    done, new = make_person(name="Done"), make_person(name="New")
    for person in (done, new):
        make_seat(person, course)
    complete(done, course, second)

    response = preview()

    assert concerned(response) == {
        lea.id: ([], [second.id]),
        done.id: ([second.id], []),
        new.id: ([], [second.id]),
    }
    assert counts(response) == (1, 2)
    assert counts(response, "keep") == (0, 0)


def test_a_new_release_date_closes_lessons_as_well(preview, course, lea, set_condition):
    complete(lea, course, course.lessons[1])
    set_condition(release=NEVER_YET)

    assert concerned(preview()) == {lea.id: ([course.lessons[1].id], [])}


def test_learners_who_meet_a_new_condition_are_not_affected(preview, course, lea, set_condition):
    set_condition(prerequisites=[course.lessons[0].id])

    assert concerned(preview()) == {}


def test_a_lesson_that_was_closed_before_is_not_counted(preview, course, owner, lea, condition, set_condition):
    publish(course, owner)
    set_condition(release=NEVER_YET)

    assert concerned(preview()) == {}


def test_predictions_of_closed_lessons_come_true(preview, client, course, owner, lea, condition):
    complete(done := make_person(), course, course.lessons[1])
    make_seat(done, course)
    predicted = concerned(preview())
    publish(course, owner)

    for person in (lea, done):
        kept_open, closing = predicted[person.id]
        allowed = client.get(f"/lessons/{course.lessons[1].id}/access", auth=person).json["allowed"]
        assert (allowed, not allowed) == (bool(kept_open), bool(closing))


@pytest.fixture
def set_rule(client, owner, course):
    def set_rule(**rule):
        path = f"/lessons/{course.lessons[2].id}"
        assert client.patch(path, json={"completion": rule}, auth=owner).status_code == 200

    return set_rule


def test_learners_completed_by_an_easier_rule_are_counted(preview, course, lea, set_rule):
    """Lea has read one text of two and watched half of the film."""
    complete(lea, course, course.lessons[1])
    make_record(lea, course, course.lessons[2], watched=0.8, revision=2)
    set_rule(rule="watched", threshold=0.75)

    response = preview()

    assert effect(response) == (1, 1, 0, 1)
    [change] = response.json["affected"]
    assert (change["before"]["completed"], change["after"]["completed"]) == (False, True)
    assert (change["before"]["completed_lessons"], change["after"]["completed_lessons"]) == (2, 3)


@pytest.mark.parametrize("threshold", [0.85, 0.95])
def test_learners_not_completed_by_an_easier_rule_are_not_counted(preview, course, lea, set_rule, threshold):
    make_record(lea, course, course.lessons[2], watched=0.8, revision=2)
    set_rule(rule="watched", threshold=threshold)

    assert effect(preview()) == (1, 0, 0, 0)


def test_a_prerequisite_met_by_an_easier_rule_closes_nothing(preview, course, lea, condition, set_rule):
    make_record(lea, course, course.lessons[2], watched=0.8, revision=2)
    assert counts(preview()) == (0, 1)

    set_rule(rule="watched", threshold=0.75)

    assert counts(preview()) == (0, 0)


def test_predictions_of_a_rule_come_true(preview, client, course, owner, set_rule):
    make_seat(max_ := make_person(name="Max"), course)
    film = course.lessons[2]
    watch(max_, course, film, client.get(f"/lessons/{film.id}?draft=true", auth=owner).json["video"]["id"], (0, 80))
    set_rule(rule="watched", threshold=0.75)
    [predicted] = preview().json["affected"]
    publish(course, owner)
    preview()

    mine = client.get(f"/courses/{course.id}/progress", auth=max_).json
    assert (mine["fraction"], mine["completed_lessons"]) == (0.3333, 1)
    assert (predicted["after"]["fraction"], predicted["after"]["completed_lessons"]) == (0.3333, 1)
