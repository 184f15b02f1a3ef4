"""Grading submissions."""

import pytest
from bson import ObjectId

from learnstream.documents import Submission
from learnstream.documents.submission import SubmissionState
from tests.homework import RUBRIC, make_assignment_lesson, put_assignment
from tests.submissions import grade, read_submission, store_submission, stored

LEVELS = {"facts": "some", "style": "good"}


def test_a_grade_by_rubric_has_the_points_of_its_levels(client, owner, submission):
    graded = grade(client, owner, submission, levels=LEVELS, comment="Well observed.", private_note="Again?")

    at = graded["grade"].pop("at")
    assert graded["grade"] == {
        "points": 6.5,
        "max_points": 10.0,
        "levels": LEVELS,
        "comment": "Well observed.",
        "private_note": "Again?",
        "by": owner.id,
        "revision": 1,
    }
    assert (graded["points"], graded["reduced_points"], graded["graded_by"]) == (6.5, 6.5, owner.id)
    assert graded["released_at"] == graded["graded_at"] == at
    assert read_submission(client, owner, submission) == graded | {"grade": graded["grade"] | {"at": at}}


def test_points_can_be_given_without_the_rubric(client, owner, submission):
    graded = grade(client, owner, submission, 7.1234)

    assert (graded["points"], graded["grade"]["levels"], graded["grade"]["comment"]) == (7.1234, None, "")


def test_lateness_is_taken_off_the_points(client, owner, learner, lesson):
    late = store_submission(learner, lesson, penalty="12.5", late_seconds=90)

    graded = grade(client, owner, late, 9)

    assert (graded["points"], graded["reduced_points"], graded["penalty"]) == (9.0, 7.875, 12.5)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "points"),
        ({"points": 5, "levels": LEVELS}, "points"),
        ({"points": 10.5}, "points"),
        ({"points": -1}, "points"),
        ({"points": 1.23456}, "points"),
        ({"points": "5"}, "points"),
        ({"points": True}, "points"),
        ({"points": None}, "points"),
        ({"levels": {"facts": "some"}}, "levels.style"),
        ({"levels": {}}, "levels.facts"),
        ({"levels": LEVELS | {"spelling": "good"}}, "levels.spelling"),
        ({"levels": LEVELS | {"style": "all"}}, "levels.style"),
        ({"levels": LEVELS | {"style": 4}}, "levels.style"),
        ({"levels": LEVELS | {"style": None}}, "levels.style"),
        ({"levels": [LEVELS]}, "levels"),
        ({"levels": None}, "levels"),
        ({"points": 5, "comment": "x" * 5001}, "comment"),
        ({"points": 5, "comment": "\0"}, "comment"),
        ({"points": 5, "private_note": None}, "private_note"),
        ({"points": 5, "user_id": 1}, "user_id"),
    ],
)
def test_an_invalid_field_is_named(client, owner, submission, body, field):
    errors = grade(client, owner, submission, status=422, **body)["errors"]["json"]

    for name in field.split("."):
        errors = errors[name]
    assert errors
    assert stored(submission).get("grade") is None


def test_levels_need_a_rubric(client, owner, learner, course):
    plain = store_submission(learner, make_assignment_lesson(course))

    assert "levels" in grade(client, owner, plain, levels=LEVELS, status=422)["errors"]["json"]


def test_a_submission_is_graded_under_the_settings_that_it_was_handed_in_under(client, owner, submission, lesson):
    put_assignment(lesson, points=100)

    assert grade(client, owner, submission, 11, status=422)
    graded = grade(client, owner, submission, levels=LEVELS)

    assert [criterion["id"] for criterion in graded["rubric"]] == ["facts", "style"]
    assert graded["max_points"] == 10


def test_the_same_grade_again_changes_nothing(client, owner, submission):
    first = grade(client, owner, submission, 5, comment="Good.")
    before = stored(submission)

    assert grade(client, owner, submission, 5.0, comment="Good.") == first
    assert grade(client, owner, submission, 5, comment="Good.", revision=2) == first
    assert stored(submission) == before


def test_a_second_grade_keeps_the_first_one_in_the_history(client, owner, admin, submission):
    first = grade(client, owner, submission, levels=LEVELS)
    second = grade(client, admin, submission, 9)

    assert [(each["cause"], each["by"], each["grade"]) for each in second["history"]] == [
        ("graded", owner.id, None),
        ("graded", admin.id, first["grade"]),
    ]
    assert second["grade"]["revision"] == 2


@pytest.mark.parametrize("tag", ['"another"', 'W/"2"', '"02"'])
def test_a_tag_that_no_submission_has_never_matches(client, owner, submission, tag):
    response = client.put(f"/submissions/{submission}/grade", json={"points": 5}, auth=owner, headers={"If-Match": tag})

    assert response.status_code == 412
    assert stored(submission).get("grade") is None


def test_of_two_markers_with_the_same_reading_one_gets_412(client, owner, admin, submission):
    revision = read_submission(client, owner, submission)["revision"]

    grade(client, owner, submission, 5, revision=revision)
    grade(client, admin, submission, 6, revision=revision, status=412)

    assert stored(submission)["grade"]["points"].to_decimal() == 5


def test_the_etag_is_that_of_the_state_to_grade(client, owner, submission):
    response = client.get(f"/submissions/{submission}", auth=owner)
    graded = client.put(
        f"/submissions/{submission}/grade",
        json={"points": 5},
        auth=owner,
        headers={"If-Match": response.headers["ETag"]},
    )

    assert graded.status_code == 200
    assert graded.headers["ETag"] == client.get(f"/submissions/{submission}", auth=owner).headers["ETag"]


def test_a_claim_of_another_user_keeps_others_from_grading(client, owner, admin, submission, move_clock):
    client.post(f"/submissions/{submission}/claim", auth=admin)

    assert grade(client, owner, submission, 5, status=409)["code"] == "claimed_by_another"
    move_clock(minutes=31)
    assert grade(client, owner, submission, 5)["claimed_by"] is None


def test_a_grade_ends_the_claim(client, owner, submission):
    client.post(f"/submissions/{submission}/claim", auth=owner)

    assert grade(client, owner, submission, 5)["claimed_by"] is None


def test_what_follows_is_stored_with_the_grade(client, owner, learner, submission, lesson, course):
    grade(client, owner, submission, 5, private_note="Hm.")

    found = stored(submission)
    assert (found["completion_due"], found["pending_grade"], found["revision"]) == (False, 3, 3)
    assert "private_note" not in found["released"]
    [event] = found["pending_events"]
    assert (event["type"], event["data"]) == (
        "grades.released",
        {
            "release_id": f"{submission}:1",
            "user_id": learner.id,
            "course_id": course.id,
            "lesson_id": lesson.id,
            "by": owner.id,
        },
    )


def test_a_held_grade_is_only_staff_s(client, owner, learner, held_lesson):
    submission = store_submission(learner, held_lesson)

    graded = grade(client, owner, submission, 5)

    found = stored(submission)
    assert (found.get("released"), found.get("pending_events")) == (None, None)
    assert (graded["points"], graded["released_at"]) == (5, None)


def test_a_draft_is_its_learner_s_own(client, owner, learner, lesson):
    draft = store_submission(learner, lesson, state=SubmissionState.DRAFT.value)

    grade(client, owner, draft, 5, status=404)
    read_submission(client, owner, draft, status=404)


def test_the_staff_of_a_group_grade_their_learners_but_not_themselves(
    client, colleague, learner, submission, lesson, group_of
):
    grade(client, colleague, submission, 5, status=404)
    group_of(learner, colleague, staff=colleague)
    own = store_submission(colleague, lesson)

    assert grade(client, colleague, submission, 5)["grade"]["by"] == colleague.id
    grade(client, colleague, own, 10, status=404)


def test_others_do_not_grade(client, learner, stranger, colleague, submission):
    for person in (learner, stranger, colleague):
        grade(client, person, submission, 5, status=404)
    grade(client, None, submission, 5, status=401)
    assert Submission.collection().count_documents({"_id": ObjectId(submission), "revision": 2}) == 1


def test_a_rubric_s_sum_is_exact(client, owner, learner, course):
    tenths = [
        {"id": f"c{n}", "title": "C", "levels": [{"id": "a", "title": "A", "points": 0.1}, RUBRIC[0]["levels"][0]]}
        for n in range(10)
    ]
    lesson = make_assignment_lesson(course, points=1, rubric=tenths)

    graded = grade(client, owner, store_submission(learner, lesson), levels={f"c{n}": "a" for n in range(10)})

    assert graded["points"] == 1
    assert stored(graded["id"])["grade"]["points"].to_decimal() == 1
