"""The queue of answers that await marking."""

import pytest

from tests.attempts import given, save, start, submit
from tests.factories import make_question
from tests.question_contents import CONTENTS


@pytest.fixture
def listed(client, owner, course):
    """Return the entries of the queue."""

    def listed(auth=owner, status=200, **query):
        response = client.get(f"/courses/{course.id}/marking", auth=auth, query_string=query)
        assert response.status_code == status, response.json
        return response.json

    return listed


def test_an_essay_waits_with_what_is_needed_to_mark_it(listed, hand_in, learner, lesson, essay):
    attempt = hand_in(learner, "The sun lights it.")

    [entry] = listed()

    assert entry["submitted_at"] == attempt["submitted_at"]
    assert {name: value for name, value in entry.items() if name != "submitted_at"} == {
        "attempt_id": attempt["id"],
        "lesson_id": lesson.id,
        "user_id": learner.id,
        "name": learner.name,
        "number": 1,
        "question_id": essay,
        "stem": "Why has the moon phases?",
        "rubric": CONTENTS["essay"]["rubric"],
        "answer": "The sun lights it.",
        "max_points": 2.0,
        "revision": 1,
        "claimed_by": None,
        "claimed_until": None,
    }


def test_only_answers_that_await_marking_are_in_it(client, listed, hand_in, mark, learner, classmate, lesson):
    marked, waiting = hand_in(learner), hand_in(classmate)
    hand_in(learner, "")
    start(client, learner, lesson)
    mark(marked)

    assert [each["attempt_id"] for each in listed()] == [waiting["id"]]


def test_it_is_filtered_by_quiz_question_and_group(course, admin, listed, hand_in, learner, classmate, group, essay):
    ours = [hand_in(person)["id"] for person in (learner, classmate)]

    assert [each["attempt_id"] for each in listed(question_id=essay)] == ours
    assert [each["attempt_id"] for each in listed(group_id=group, auth=admin)] == ours[:1]
    assert listed(question_id=make_question(course, "essay")) == []
    assert listed(lesson_id=course.text.id) == []


def test_the_staff_of_a_group_see_their_learners_only(listed, hand_in, learner, classmate, group, colleague):
    ours = hand_in(learner)
    hand_in(classmate)

    assert [each["attempt_id"] for each in listed(auth=colleague, group_id=group)] == [ours["id"]]
    listed(auth=colleague, status=403)


def test_a_walk_finds_each_answer_once(client, owner, course, make_quiz, learner, classmate):
    essays = [make_question(course, "essay") for _ in range(3)]
    lesson = make_quiz(*essays)
    for person in (learner, classmate):
        attempt = start(client, person, lesson)
        save(client, person, attempt, *[given(each, "So.") for each in essays])
        submit(client, person, attempt)

    found, path = [], f"/courses/{course.id}/marking?limit=2"
    while path:
        response = client.get(path, auth=owner)
        found += [(each["attempt_id"], each["question_id"]) for each in response.json]
        cursor = response.headers.get("X-Next-Cursor")
        path = cursor and f"/courses/{course.id}/marking?limit=2&cursor={cursor}"

    assert len(found) == 6
    assert found == sorted(found, key=lambda each: (each[0], essays.index(each[1])))
    assert len(set(found)) == 6
