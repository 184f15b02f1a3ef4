"""Lists of submissions: those of a lesson, and those of a course that await grading."""

import pytest

from learnstream.clock import now
from tests.factories import make_person, make_seat
from tests.homework import hand_in, learner_of, make_assignment_lesson
from tests.submissions import grade, release, store_submission


@pytest.fixture
def listed(client, owner, lesson):
    """Return the submissions of the lesson."""

    def listed(auth=owner, status=200, lesson=lesson, **query):
        response = client.get(f"/lessons/{lesson.id}/submissions", auth=auth, query_string=query)
        assert response.status_code == status, response.json
        return response.json

    return listed


@pytest.fixture
def queued(client, owner, course):
    """Return what awaits grading in the course."""

    def queued(auth=owner, status=200, **query):
        response = client.get(f"/courses/{course.id}/homework-queue", auth=auth, query_string=query)
        assert response.status_code == status, response.json
        return response.json

    return queued


@pytest.fixture
def classmate(course):
    return learner_of(course, "Max")


def ids(entries):
    return [each["id"] for each in entries]


def test_an_entry_says_whose_it_is_and_how_far_it_has_come(client, listed, queued, learner, lesson, course):
    hand_in(client, learner, lesson)

    [entry] = listed()

    assert entry.pop("submitted_at")
    assert len(entry.pop("id")) == 24
    assert entry == {
        "course_id": course.id,
        "lesson_id": lesson.id,
        "anonymous": False,
        "user_id": learner.id,
        "name": learner.name,
        "number": 1,
        "state": "submitted",
        "superseded": False,
        "due_at": None,
        "late_seconds": 0,
        "penalty": 0.0,
        "points": None,
        "reduced_points": None,
        "max_points": 10.0,
        "graded_by": None,
        "graded_at": None,
        "released_at": None,
        "returned_at": None,
        "claimed_by": None,
        "claimed_until": None,
        "revision": 2,
    }
    assert queued() == listed()


def test_what_was_begun_last_comes_first_and_the_queue_the_other_way_round(listed, queued, learner, classmate, lesson):
    ours = [store_submission(person, lesson) for person in (learner, classmate)]

    assert ids(listed()) == ours[::-1]
    assert ids(queued()) == ours


def test_a_walk_finds_each_one_once(client, owner, course, lesson):
    ours = [store_submission(learner_of(course), lesson) for _ in range(5)]

    for path in (f"/lessons/{lesson.id}/submissions", f"/courses/{course.id}/homework-queue"):
        found, next_path = [], f"{path}?limit=2"
        while next_path:
            response = client.get(next_path, auth=owner)
            found += ids(response.json)
            cursor = response.headers.get("X-Next-Cursor")
            next_path = cursor and f"{path}?limit=2&cursor={cursor}"
        assert sorted(found) == ours


def test_earlier_submissions_and_drafts_are_left_out(client, listed, queued, learner, lesson):
    hand_in(client, learner, lesson, "First")
    hand_in(client, learner, lesson, "Second")
    client.put(f"/lessons/{lesson.id}/submission", json={"text": "Third"}, auth=learner)

    assert [each["number"] for each in listed()] == [each["number"] for each in queued()] == [2]
    assert [(each["number"], each["superseded"]) for each in listed(latest=False)] == [(2, False), (1, True)]


def test_they_are_filtered_by_stage(client, listed, queued, owner, course, held_lesson):
    waiting, held, seen, returned = (store_submission(learner_of(course), held_lesson) for _ in range(4))
    for each in (held, seen):
        grade(client, owner, each, 5)
    release(client, owner, held_lesson, submission_ids=[seen])
    client.post(f"/submissions/{returned}/return", json={"comment": "Again."}, auth=owner)

    found = {state: ids(listed(lesson=held_lesson, state=state)) for state in ("submitted", "graded", "released")}
    assert found == {"submitted": [waiting], "graded": [held], "released": [seen]}
    assert ids(listed(lesson=held_lesson, state="returned")) == [returned]
    assert ids(queued()) == [waiting]


def test_a_grade_that_was_changed_since_its_release_is_not_seen(client, listed, owner, learner, held_lesson):
    submission = store_submission(learner, held_lesson)
    grade(client, owner, submission, 5)
    release(client, owner, held_lesson)
    grade(client, owner, submission, 6)

    [entry] = listed(lesson=held_lesson, state="graded")

    assert (entry["points"], entry["released_at"]) == (6, None)
    assert listed(lesson=held_lesson, state="released") == []


def test_they_are_filtered_by_lateness_marker_learner_and_group(
    client, listed, queued, owner, admin, learner, classmate, lesson, colleague, group_of
):
    in_time = store_submission(learner, lesson)
    late = store_submission(classmate, lesson, late_seconds=1)
    group = group_of(learner, staff=colleague)

    assert (ids(listed(late=True)), ids(listed(late=False))) == ([late], [in_time])
    assert (ids(queued(late=True)), ids(queued(late=False))) == ([late], [in_time])
    assert ids(listed(user_id=classmate.id)) == [late]
    assert ids(listed(group_id=group, auth=admin)) == ids(queued(group_id=group, auth=admin)) == [in_time]
    grade(client, admin, late, 5)
    assert (ids(listed(marked_by=admin.id)), listed(marked_by=owner.id)) == ([late], [])


def test_the_queue_is_filtered_by_lesson(queued, learner, lesson, course):
    ours = store_submission(learner, lesson)
    store_submission(learner, make_assignment_lesson(course))

    assert ids(queued(lesson_id=lesson.id)) == [ours]


def test_the_staff_of_a_group_see_their_learners_only(listed, queued, learner, classmate, lesson, colleague, group_of):
    ours = store_submission(learner, lesson)
    store_submission(classmate, lesson)
    group = group_of(learner, staff=colleague)

    for found in (listed, queued):
        assert ids(found(auth=colleague, group_id=group)) == [ours]
        found(auth=colleague, status=403)
        found(auth=learner, status=403)
        found(auth=learner, group_id=group, status=404)


def test_the_staff_of_a_group_do_not_see_their_own(
    client, listed, queued, course, learner, lesson, colleague, group_of
):
    ours = store_submission(learner, lesson)
    make_seat(colleague, course)
    own = store_submission(colleague, lesson)
    group = group_of(learner, colleague, staff=colleague)

    for found in (listed, queued):
        assert ids(found(auth=colleague, group_id=group)) == [ours]
    table = client.get(f"/lessons/{lesson.id}/grades.csv?group_id={group}", auth=colleague).text
    assert (ours in table, own in table) == (True, False)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"state": "draft"}, "state"),
        ({"late": "maybe"}, "late"),
        ({"user_id": "x"}, "user_id"),
        ({"limit": 0}, "limit"),
        ({"latest": ""}, "latest"),
    ],
)
def test_an_invalid_filter_is_named(listed, query, field):
    assert field in listed(status=422, **query)["errors"]["query"]


def test_the_name_of_a_deleted_account_is_null(listed, lesson):
    gone = make_person()
    object.__setattr__(gone, "id", 999_999)
    store_submission(gone, lesson, submitted_at=now())

    assert [(each["user_id"], each["name"]) for each in listed()] == [(999_999, None)]
