"""Attempts as the course's staff see them."""

import pytest

from learnstream.models import Role
from tests.attempts import given, save, start, submit
from tests.factories import make_person, make_question, make_seat


@pytest.fixture
def lesson(course, question, make_quiz):
    """A quiz with a question and an essay, whose results learners never see."""
    never = {"score": "never", "answers": "never", "feedback": "never"}
    return make_quiz(question, make_question(course, "essay"), review=never)


@pytest.fixture
def attempts(client, learner, classmate, question, lesson):
    """The ids of a submitted attempt of the learner and one in progress of a classmate."""
    done, running = (start(client, person, lesson) for person in (learner, classmate))
    save(client, learner, done, given(question, True), given(done["questions"][1]["question_id"], "Because."))
    submit(client, learner, done)
    return [done["id"], running["id"]]


@pytest.fixture
def listed(client, owner, lesson):
    """Return the ids of the attempts in the list, oldest first."""

    def listed(auth=owner, **query):
        response = client.get(f"/lessons/{lesson.id}/quiz/attempts", auth=auth, query_string=query)
        assert response.status_code == 200, response.json
        return [each["id"] for each in reversed(response.json)]

    return listed


def test_staff_see_all_attempts_with_their_results(client, owner, learner, classmate, lesson, attempts):
    running, done = client.get(f"/lessons/{lesson.id}/quiz/attempts", auth=owner).json

    assert (running["name"], running["state"], running["score"]) == ("Max", "in_progress", None)
    assert (done["name"], done["user_id"], done["number"]) == (learner.name, learner.id, 1)
    assert (done["score"], done["max_score"], done["awaiting"], done["passed"]) == (1.0, 2.0, 1, True)
    assert done["has_late_answers"] is False


def test_the_list_is_filtered(listed, learner, classmate, attempts):
    done, running = attempts

    assert listed() == [done, running]
    assert (listed(state="submitted"), listed(state="in_progress")) == ([done], [running])
    assert (listed(user_id=learner.id), listed(user_id=classmate.id)) == ([done], [running])
    assert (listed(awaiting="true"), listed(awaiting="false")) == ([done], [running])


def test_the_list_is_walked_through_by_cursor(client, owner, lesson, attempts):
    path = f"/lessons/{lesson.id}/quiz/attempts?limit=1"
    first = client.get(path, auth=owner)
    then = client.get(f"{path}&cursor={first.headers['X-Next-Cursor']}", auth=owner)

    assert [each["id"] for response in (first, then) for each in response.json] == attempts[::-1]
    assert "X-Next-Cursor" not in then.headers


def test_late_answers_are_marked_in_the_list(client, owner, learner, question, make_quiz, move_clock):
    lesson = make_quiz(time_limit=60)
    attempt = start(client, learner, lesson)
    move_clock(seconds=90)
    save(client, learner, attempt, given(question, True), status=409)

    [found] = client.get(f"/lessons/{lesson.id}/quiz/attempts", auth=owner).json
    assert found["has_late_answers"] is True


def test_staff_see_a_whole_attempt(client, owner, learner, attempts, question):
    found = client.get(f"/attempts/{attempts[0]}", auth=owner).json

    shown = {each["question_id"]: each for each in found["questions"]}[question]
    assert (found["staff"]["user_id"], found["staff"]["name"]) == (learner.id, learner.name)
    assert [(each["question_id"], each["points"], each["by"]) for each in found["staff"]["marks"]] == [
        (question, 1.0, None)
    ]
    assert (shown["answer"], shown["result"]["right"], shown["result"]["score"]) == (True, True, 1.0)


def test_learners_do_not_get_what_is_for_staff(client, learner, attempts):
    assert "staff" not in client.get(f"/attempts/{attempts[0]}", auth=learner).json


def test_a_groups_staff_see_their_learners_alone(client, learner, classmate, listed, group_of, attempts, lesson):
    tutor = make_person(Role.INSTRUCTOR, "Tom")
    group_id = group_of(learner, staff=tutor)

    assert listed(tutor, group_id=group_id) == attempts[:1]
    assert client.get(f"/lessons/{lesson.id}/quiz/attempts", auth=tutor).status_code == 403
    assert [client.get(f"/attempts/{each}", auth=tutor).status_code for each in attempts] == [200, 404]
    assert listed(tutor, group_id=group_id, user_id=classmate.id) == []


def test_a_groups_staff_do_not_see_their_own(client, course, learner, listed, group_of, attempts, lesson):
    tutor = make_person(Role.INSTRUCTOR, "Tom")
    make_seat(tutor, course)
    submit(client, tutor, start(client, tutor, lesson))
    group_id = group_of(learner, tutor, staff=tutor)

    assert listed(tutor, group_id=group_id) == attempts[:1]


def test_staff_of_a_group_that_is_not_given_the_course_see_nothing(client, learner, group_of, attempts, lesson):
    tutor = make_person(Role.INSTRUCTOR, "Tom")
    group_id = group_of(learner, staff=tutor, given_course=False)
    path = f"/lessons/{lesson.id}/quiz/attempts?group_id={group_id}"

    assert client.get(path, auth=tutor).status_code == 403
    assert client.get(f"/attempts/{attempts[0]}", auth=tutor).status_code == 404


def test_staff_write_no_answers(client, owner, attempts, question):
    answers = {"answers": [given(question, True)]}

    assert client.put(f"/attempts/{attempts[1]}/answers", auth=owner, json=answers).status_code == 404
    assert client.post(f"/attempts/{attempts[1]}/submit", auth=owner).status_code == 404


@pytest.mark.parametrize("query", ["", "state=submitted", "awaiting=true", "user_id=1"])
def test_the_list_uses_an_index(client, owner, lesson, attempts, plans, query):
    with plans:
        client.get(f"/lessons/{lesson.id}/quiz/attempts?{query}", auth=owner)

    assert plans.scans == []


@pytest.mark.parametrize("query", ["user_id=x", "user_id=0", "state=done", "awaiting=maybe", "cursor=x", "page=1"])
def test_an_invalid_filter_is_named(client, owner, lesson, query):
    response = client.get(f"/lessons/{lesson.id}/quiz/attempts?{query}", auth=owner)

    assert (response.status_code, list(response.json["errors"]["query"])) == (422, [query.partition("=")[0]])


def test_a_lesson_without_a_quiz_has_no_attempts(client, owner, course):
    assert client.get(f"/lessons/{course.text.id}/quiz/attempts", auth=owner).json == []
