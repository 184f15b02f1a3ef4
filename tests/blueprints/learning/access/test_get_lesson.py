from datetime import timedelta
from functools import partial

import pytest
from bson import ObjectId

from learnstream.clock import now
from learnstream.documents import LessonKind
from learnstream.schemas.learning.access import LessonAccessSchema
from tests.blueprints.learning.access.answers import codes
from tests.factories import (
    archive,
    make_course,
    make_lesson,
    make_person,
    make_ready_video,
    make_seat,
    make_video,
    order,
    show_video,
)
from tests.learning import complete, make_record


@pytest.fixture
def ask(ask_access):
    return partial(ask_access, "lessons")


def test_a_learner_may(ask, course, learner):
    answer = {"allowed": True, "reasons": [], "course_id": course.id, "lesson_id": course.text.id, "version": 1}

    assert ask(course.text, learner) == answer


def test_its_authors_may_without_a_seat(ask, course, owner, admin):
    assert [codes(ask(course.text, person)) for person in (owner, admin)] == [[], []]


def test_everybody_may_see_a_free_preview(ask, course, stranger):
    assert codes(ask(course.preview, stranger)) == []


def test_a_guest_has_to_sign_in(ask, course):
    ask(course.preview, None, status=401)


def test_a_stranger_may_enroll(ask, course, stranger):
    [reason] = ask(course.text, stranger)["reasons"]

    assert (reason["code"], reason["can_enroll"]) == ("not_enrolled", True)


def test_nobody_enrolls_in_an_archived_course(ask, course, stranger):
    archive(course)

    [reason] = ask(course.text, stranger)["reasons"]
    assert (reason["code"], reason["can_enroll"]) == ("not_enrolled", False)


def test_a_seat_that_has_ended_says_when(ask, course):
    ended = now() - timedelta(days=2)
    late = make_person()
    make_seat(late, course, expires_at=ended)

    [reason] = ask(course.text, late)["reasons"]

    assert (reason["code"], reason["expired_at"]) == ("enrollment_expired", ended.isoformat())


def test_who_left_is_a_stranger_again(client, ask, course, learner):
    client.delete(f"/courses/{course.id}/enroll", auth=learner)

    assert codes(ask(course.text, learner)) == ["not_enrolled"]


def test_a_closed_lesson_names_its_time_and_what_lacks(ask, owner, course, learner):
    show_video(course, course.video, make_ready_video())
    entries = {1: {"release": {"after_days": 3}, "needs": [course.video]}}
    lessons = [course.video, course.text]
    order(owner, course, {"lessons": [course.preview]}, {"lessons": lessons, "needs": [0], "conditions": entries})
    make_record(learner, course, course.video, watched=0.615)

    answer = ask(course.text, learner)

    assert codes(answer) == ["not_released_yet", "prerequisite_missing", "prerequisite_missing"]
    assert answer["reasons"][0]["unlocks_at"] > now().isoformat()
    module, lesson = (reason["prerequisite"] for reason in answer["reasons"][1:])
    assert (module["kind"], module["completed_lessons"], module["lesson_count"]) == ("module", 0, 1)
    assert (lesson["id"], lesson["fraction"], lesson["threshold"]) == (course.video.id, 0.615, 0.9)
    assert answer["reasons"][2]["detail"] == "Complete this first: lesson “Watching” (61% of the required 90% watched)."


def test_the_answer_agrees_with_the_door(client, ask, owner, course, learner):
    order(owner, course, {"lessons": course.lessons, "conditions": {1: {"needs": [course.preview]}}})
    assert codes(ask(course.text, learner)) == [client.get(f"/lessons/{course.text.id}", auth=learner).json["code"]]

    complete(learner, course, course.preview)

    assert codes(ask(course.text, learner)) == []
    assert client.get(f"/lessons/{course.text.id}", auth=learner).status_code == 200


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"status": "waiting"}, "video_not_ready"),
        ({"status": "ready"}, "video_not_ready"),
        ({"status": "errored"}, "video_errored"),
        ({"status": "deleted"}, "video_deleted"),
    ],
)
def test_a_video_that_does_not_play_says_why(ask, course, learner, owner, facts, code):
    show_video(course, course.video, make_video(**facts))

    for person in (learner, owner):
        [reason] = ask(course.video, person)["reasons"]
        assert (reason["code"], reason["video_status"]) == (code, facts["status"])


def test_a_lesson_without_its_video_says_so(ask, course, learner):
    [reason] = ask(course.video, learner)["reasons"]

    assert (reason["code"], reason["video_status"]) == ("video_not_ready", "missing")


def test_a_lesson_of_a_later_version_says_so(client, ask, owner, course, learner):
    added = make_lesson(owner, course.id, "Added")
    client.post(f"/courses/{course.id}/publish", json={"learners": "keep"}, auth=owner)

    assert codes(ask(added, learner)) == ["not_in_your_version"]
    assert ask(added, learner)["version"] == 1


def test_a_draft_is_known_to_its_authors(ask, owner, admin, stranger, learner, course):
    added = make_lesson(owner, course.id, "Added")

    assert [codes(ask(added, person)) for person in (owner, admin)] == [["not_published"], ["not_published"]]
    for person in (stranger, learner):
        ask(added, person, status=404)


def test_a_course_that_is_a_draft_is_known_to_its_authors(ask, owner, stranger, draft_course):
    assert codes(ask(draft_course.text, owner)) == ["not_published"]
    assert ask(draft_course.text, stranger, status=404)["detail"] == "The lesson does not exist."


def test_a_lesson_that_was_deleted_is_unknown(client, ask, owner, draft_course):
    client.delete(f"/lessons/{draft_course.text.id}", auth=owner)

    ask(draft_course.text, owner, status=404)


def test_an_unknown_lesson_is_not_found(client, owner):
    assert client.get(f"/lessons/{ObjectId()}/access", auth=owner).status_code == 404


def test_the_answer_is_what_the_schema_says(ask, owner, course, learner, stranger):
    order(owner, course, {"lessons": course.lessons, "conditions": {1: {"needs": [course.preview]}}})

    for person in (learner, stranger, owner):
        answer = ask(course.text, person)
        assert answer.keys() == LessonAccessSchema().fields.keys()
        assert LessonAccessSchema().dump(LessonAccessSchema().load(answer)) == answer


def test_nobody_keeps_a_copy(client, course, learner):
    answer = client.get(f"/lessons/{course.text.id}/access", auth=learner)

    assert answer.headers["Cache-Control"] == "private, no-store"


def test_it_takes_one_question_when_something_is_asked_for(client, owner, course, learner, queries):
    order(owner, course, {"lessons": course.lessons, "conditions": {1: {"needs": [course.preview, course.video]}}})
    client.get(f"/lessons/{course.text.id}/access", auth=learner)
    queries.clear()

    client.get(f"/lessons/{course.text.id}/access", auth=learner)

    assert queries == ["redis", "find"]


def test_what_belongs_to_no_course_is_unknown(client, admin):
    lesson = make_lesson(admin, None, kind=LessonKind.VIDEO)

    assert client.get(f"/lessons/{lesson.id}/access", auth=admin).status_code == 404


def test_a_version_kept_for_learners_keeps_its_conditions(ask, client, owner, learner, course):
    order(owner, course, {"lessons": course.lessons, "release": {"after_days": 1}})
    module = {"title": "Open", "lesson_ids": [lesson.id for lesson in course.lessons]}
    client.put(f"/courses/{course.id}/outline", json={"modules": [module]}, auth=owner)
    client.post(f"/courses/{course.id}/publish", json={"learners": "keep"}, auth=owner)

    assert codes(ask(course.text, learner)) == ["not_released_yet"]
    assert codes(ask(course.text, make_seated(course))) == []


def make_seated(course):
    person = make_person()
    make_seat(person, course)
    return person


def test_other_courses_open_nothing(ask, course, learner, owner):
    another = make_course(owner, title="Another")

    assert codes(ask(another.text, learner)) == ["not_enrolled"]
