"""Homework that is graded anonymously: staff see pseudonyms until a learner's grade is released."""

import re
from base64 import urlsafe_b64decode
from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from bson import ObjectId

from learnstream.clock import now
from tests.files import make_document_with_bytes
from tests.homework import hand_in, learner_of, make_assignment_lesson
from tests.submissions import grade, read_submission, release, store_submission


@pytest.fixture
def lesson(course):
    return make_assignment_lesson(course, anonymous=True, release="held")


def listed(client, person, lesson, status=200, **query):
    response = client.get(f"/lessons/{lesson.id}/submissions", auth=person, query_string=query)
    assert response.status_code == status, response.json
    return response.json


def test_a_pseudonym_takes_the_place_of_the_learner(client, owner, admin, learner, lesson):
    hand_in(client, learner, lesson)

    for person in (owner, admin):
        [entry] = listed(client, person, lesson)
        assert re.fullmatch("Learner [0-9A-F]{4}-[0-9A-F]{4}", entry["name"])
        assert (entry["anonymous"], entry["user_id"], entry["submitted_at"], entry["due_at"]) == (
            True,
            None,
            None,
            None,
        )
        shown = read_submission(client, person, entry["id"])
        assert (shown["name"], shown["user_id"]) == (entry["name"], None)


def test_a_pseudonym_stays_within_a_lesson_only(client, owner, course, learner, lesson):
    other = make_assignment_lesson(course, anonymous=True)
    for where in (lesson, other):
        hand_in(client, learner, where)
    hand_in(client, learner, lesson, "Again")
    hand_in(client, learner_of(course), lesson)

    names = [each["name"] for each in listed(client, owner, lesson, latest=False)]
    assert sorted(names.count(each) for each in names) == [1, 2, 2]
    assert listed(client, owner, other)[0]["name"] not in names


def test_ids_do_not_tell_when_learners_began(client, owner, course, lesson):
    for _ in range(3):
        hand_in(client, learner_of(course), lesson)

    times = {ObjectId(each["id"]).generation_time for each in listed(client, owner, lesson)}
    assert max(times) - min(times) > timedelta(days=1)


def test_cursors_of_the_queue_do_not_tell_when_it_was_handed_in(client, owner, course, lesson):
    ids = [store_submission(learner_of(course), lesson) for _ in range(3)]
    path, cursor, found = f"/courses/{course.id}/homework-queue", "", []
    for _ in ids:
        page = client.get(path, auth=owner, query_string={"limit": 1} | ({"cursor": cursor} if cursor else {}))
        found += [each["id"] for each in page.json]
        cursor = page.headers.get("X-Next-Cursor", "")
        assert b"time" not in urlsafe_b64decode(cursor + "==")

    assert (found, cursor) == (ids, "")


def test_the_name_is_shown_once_a_grade_is_released(client, owner, course, learner, lesson):
    first, second = store_submission(learner, lesson, superseded=True), store_submission(learner, lesson, 2)
    other = store_submission(learner_of(course), lesson)
    grade(client, owner, first, 5)
    grade(client, owner, other, 5)
    assert read_submission(client, owner, first)["user_id"] is None

    release(client, owner, lesson, submission_ids=[first])

    assert read_submission(client, owner, first)["name"] == learner.name
    assert read_submission(client, owner, second)["user_id"] == learner.id
    assert read_submission(client, owner, other)["user_id"] is None


def test_a_grade_that_is_seen_at_once_shows_the_name(client, owner, learner, course):
    lesson = make_assignment_lesson(course, anonymous=True)
    submission = store_submission(learner, lesson)

    assert grade(client, owner, submission, 5)["user_id"] == learner.id


def test_what_was_handed_in_anonymously_stays_so_under_other_settings(client, owner, course, learner, lesson):
    first = store_submission(learner, lesson, superseded=True)
    plain = make_assignment_lesson(course)
    # As if the lesson's settings had been changed in between.
    store_submission(learner, plain, 2, lesson_id=ObjectId(lesson.id))

    assert {each["user_id"] for each in listed(client, owner, lesson, latest=False)} == {None}
    assert read_submission(client, owner, first)["anonymous"]


def test_files_have_no_names(client, owner, learner, lesson):
    file_id = make_document_with_bytes(learner, purpose="submission", name="Lea Stern.pdf")
    hand_in(client, learner, lesson, file_ids=[file_id])
    [entry] = listed(client, owner, lesson)

    def names(person):
        content = client.get(f"/files/{file_id}/content", auth=person)
        return client.get(f"/files/{file_id}", auth=person).json["name"], content.headers["Content-Disposition"]

    assert names(owner) == ("file-1.pdf", 'attachment; filename="file-1.pdf"')
    assert names(learner)[0] == "Lea Stern.pdf"
    assert read_submission(client, owner, entry["id"])["files"][0]["name"] == "file-1.pdf"
    grade(client, owner, entry["id"], 5)
    release(client, owner, lesson)
    assert names(owner)[0] == "Lea Stern.pdf"
    assert read_submission(client, owner, entry["id"])["files"][0]["name"] == "Lea Stern.pdf"


def test_files_do_not_tell_when_they_were_uploaded(client, owner, learner, lesson):
    new = {"purpose": "submission", "name": "Moon.pdf", "size": 1000}
    created = client.post("/files", json=new, auth=learner).json
    generated = ObjectId(created["id"]).generation_time
    assert abs(generated - now()) > timedelta(days=1)
    file_id = make_document_with_bytes(learner, purpose="submission")
    hand_in(client, learner, lesson, file_ids=[file_id])

    def times(person):
        found = client.get(f"/files/{file_id}", auth=person).json
        return {found["created_at"], found["upload_expires_at"]}

    assert times(owner) == {None}
    assert None not in times(learner)
    [entry] = listed(client, owner, lesson)
    grade(client, owner, entry["id"], 5)
    release(client, owner, lesson)
    assert times(owner) == times(learner)


def test_no_filter_names_a_learner(client, owner, admin, course, learner, lesson, colleague, group_of):
    store_submission(learner, lesson)
    group = group_of(learner, staff=colleague)

    for query in ({"user_id": learner.id}, {"group_id": group}):
        errors = listed(client, admin, lesson, 422, **query)["errors"]["query"]
        assert errors == {next(iter(query)): ["Not while submissions are anonymous: it would tell whose they are."]}
    queue = f"/courses/{course.id}/homework-queue"
    assert client.get(queue, query_string={"group_id": group}, auth=admin).json == []
    assert len(client.get(queue, auth=admin).json) == 1


def test_filters_are_open_again_after_the_release(client, owner, learner, lesson):
    submission = store_submission(learner, lesson)
    grade(client, owner, submission, 5)
    release(client, owner, lesson)

    assert [each["id"] for each in listed(client, owner, lesson, user_id=learner.id)] == [submission]


def test_the_staff_of_a_group_see_three_learners_or_none(client, course, lesson, colleague, group_of):
    members = [learner_of(course) for _ in range(3)]
    group = group_of(*members, staff=colleague)
    first, second = (store_submission(person, lesson) for person in members[:2])
    queue = f"/courses/{course.id}/homework-queue"

    listed(client, colleague, lesson, 422, group_id=group)
    read_submission(client, colleague, first, 404)
    assert client.get(queue, query_string={"group_id": group}, auth=colleague).json == []
    third = store_submission(members[2], lesson)

    found = listed(client, colleague, lesson, group_id=group)
    assert [each["id"] for each in found] == [third, second, first]
    assert {each["user_id"] for each in found} == {None}
    assert len(client.get(queue, query_string={"group_id": group}, auth=colleague).json) == 3
    assert grade(client, colleague, first, 5)["user_id"] is None


def test_the_difference_of_two_groups_names_nobody(client, course, lesson, colleague, group_of):
    members = [learner_of(course) for _ in range(4)]
    all_of_them = group_of(*members, staff=colleague)
    group_of(*members[1:], staff=colleague)
    for person in members:
        store_submission(person, lesson)

    listed(client, colleague, lesson, 422, group_id=all_of_them)


def test_lateness_is_told_in_days(client, owner, learner, lesson):
    given = {
        "cause": "graded",
        "by": owner.id,
        "at": now(),
        "reason": None,
        "grade": None,
        "due_at": None,
        "penalty": None,
    }
    submission = store_submission(learner, lesson, late_seconds=86_401, history=[given | {"late_seconds": 5}])

    def told():
        [entry] = listed(client, owner, lesson)
        table = client.get(f"/lessons/{lesson.id}/grades.csv", auth=owner).text
        packed = client.get(f"/lessons/{lesson.id}/submissions.zip", auth=owner, buffered=True).data
        shown = read_submission(client, owner, submission)
        contents = ZipFile(BytesIO(packed)).read("contents.csv").decode()
        lateness = {entry["late_seconds"], shown["late_seconds"], shown["submissions"][0]["late_seconds"]}
        return lateness, shown["history"][0]["late_seconds"], ["86401" in each for each in (table, contents)]

    assert told() == ({172_800}, 86_400, [False, False])
    grade(client, owner, submission, 5)
    release(client, owner, lesson)
    assert told() == ({86_401}, 5, [True, True])


def test_changes_by_extensions_are_not_told(client, owner, learner, lesson):
    change = {
        "cause": "lateness",
        "by": owner.id,
        "at": now(),
        "reason": "Lea was ill.",
        "grade": None,
        "due_at": None,
        "late_seconds": 5,
        "penalty": None,
    }
    submission = store_submission(learner, lesson, history=[change])

    assert read_submission(client, owner, submission)["history"] == []
    grade(client, owner, submission, 5)
    release(client, owner, lesson)
    shown, *_ = read_submission(client, owner, submission)["history"]
    assert (shown["cause"], shown["reason"]) == ("lateness", "Lea was ill.")
