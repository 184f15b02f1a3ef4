"""Whom new conditions and rules concern, foretold."""

from datetime import UTC, datetime

import pytest

from tests.blueprints.analytics.publish_preview.drafts import effect, publish
from tests.factories import make_person, make_seat
from tests.learning import complete, make_record, watch

NEVER_YET = {"at": datetime(2090, 1, 1, tzinfo=UTC).isoformat()}


@pytest.fixture
def ask_for(client, owner, course):
    """Put a condition of the course's second lesson into the draft."""

    def ask_for(**condition):
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
        answer = client.put(f"/courses/{course.id}/outline", json={"modules": outline}, auth=owner)
        assert answer.status_code == 200, answer.json

    return ask_for


@pytest.fixture
def condition(ask_for, course):
    """A condition that nobody meets but who has completed the film."""
    ask_for(prerequisites=[course.lessons[2].id])


def concerned(answer):
    return {each["user_id"]: (each["kept_open"], each["closing"]) for each in answer.json["affected"]}


def counts(answer, learners="migrate"):
    return tuple(answer.json["effects"][learners][name] for name in ("kept_open", "closing"))


def test_who_has_begun_what_a_new_prerequisite_would_shut_is_named(look, course, lea, condition):
    second = course.lessons[1]
    done, new = make_person(name="Done"), make_person(name="New")
    for person in (done, new):
        make_seat(person, course)
    complete(done, course, second)

    answer = look()

    assert concerned(answer) == {
        lea.id: ([], [second.id]),
        done.id: ([second.id], []),
        new.id: ([], [second.id]),
    }
    assert counts(answer) == (1, 2)
    assert counts(answer, "keep") == (0, 0)


def test_a_new_release_date_shuts_too(look, course, lea, ask_for):
    complete(lea, course, course.lessons[1])
    ask_for(release=NEVER_YET)

    assert concerned(look()) == {lea.id: ([course.lessons[1].id], [])}


def test_who_meets_a_new_condition_is_not_concerned(look, course, lea, ask_for):
    ask_for(prerequisites=[course.lessons[0].id])

    assert concerned(look()) == {}


def test_what_was_shut_before_is_not_shut_anew(look, course, owner, lea, condition, ask_for):
    publish(course, owner)
    ask_for(release=NEVER_YET)

    assert concerned(look()) == {}


def test_what_was_foretold_of_doors_comes_true(look, client, course, owner, lea, condition):
    complete(done := make_person(), course, course.lessons[1])
    make_seat(done, course)
    foreseen = concerned(look())
    publish(course, owner)

    for person in (lea, done):
        kept_open, closing = foreseen[person.id]
        allowed = client.get(f"/lessons/{course.lessons[1].id}/access", auth=person).json["allowed"]
        assert (allowed, not allowed) == (bool(kept_open), bool(closing))


@pytest.fixture
def set_rule(client, owner, course):
    def set_rule(**rule):
        path = f"/lessons/{course.lessons[2].id}"
        assert client.patch(path, json={"completion": rule}, auth=owner).status_code == 200

    return set_rule


def test_whom_an_easier_rule_completes_is_counted(look, course, lea, set_rule):
    """Lea has read one text of two and watched half of the film."""
    complete(lea, course, course.lessons[1])
    make_record(lea, course, course.lessons[2], watched=0.8, revision=2)
    set_rule(rule="watched", threshold=0.75)

    answer = look()

    assert effect(answer) == (1, 1, 0, 1)
    [change] = answer.json["affected"]
    assert (change["before"]["completed"], change["after"]["completed"]) == (False, True)
    assert (change["before"]["completed_lessons"], change["after"]["completed_lessons"]) == (2, 3)


@pytest.mark.parametrize("threshold", [0.85, 0.95])
def test_whom_it_does_not_complete_is_not(look, course, lea, set_rule, threshold):
    make_record(lea, course, course.lessons[2], watched=0.8, revision=2)
    set_rule(rule="watched", threshold=threshold)

    assert effect(look()) == (1, 0, 0, 0)


def test_a_prerequisite_that_an_easier_rule_fulfils_shuts_nobody_out(look, course, lea, condition, set_rule):
    make_record(lea, course, course.lessons[2], watched=0.8, revision=2)
    assert counts(look()) == (0, 1)

    set_rule(rule="watched", threshold=0.75)

    assert counts(look()) == (0, 0)


def test_what_was_foretold_of_a_rule_comes_true(look, client, course, owner, set_rule):
    make_seat(max_ := make_person(name="Max"), course)
    film = course.lessons[2]
    watch(max_, course, film, client.get(f"/lessons/{film.id}?draft=true", auth=owner).json["video"]["id"], (0, 80))
    set_rule(rule="watched", threshold=0.75)
    [foreseen] = look().json["affected"]
    publish(course, owner)
    look()

    mine = client.get(f"/courses/{course.id}/progress", auth=max_).json
    assert (mine["fraction"], mine["completed_lessons"]) == (0.3333, 1)
    assert (foreseen["after"]["fraction"], foreseen["after"]["completed_lessons"]) == (0.3333, 1)
