"""Imports of grades."""

import pytest
from bson import ObjectId

from learnstream.documents import Submission
from learnstream.services.homework.imports import importing
from tests.factories import make_person
from tests.files import make_file
from tests.grade_imports import create, finished, table, upload
from tests.homework import RUBRIC, hand_in, learner_of, make_assignment_lesson, submissions_of
from tests.spreadsheets import row, xlsx
from tests.submissions import store_submission, stored

HEADINGS = ("submission_id", "points", "comment")


@pytest.fixture
def lesson(course):
    return make_assignment_lesson(course)


@pytest.fixture
def rubric_lesson(course):
    return make_assignment_lesson(course, rubric=RUBRIC)


@pytest.fixture
def submission(learner, lesson):
    return store_submission(learner, lesson)


def grade_of(submission_id):
    grade = stored(submission_id).get("grade")
    return grade and (float(grade["points"].to_decimal()), grade["levels"], grade["comment"])


def errors(done):
    return [(each["place"], each["column"], each["code"]) for each in done["errors"]]


def test_grades_are_given_by_the_ids_of_submissions_or_learners(client, course, owner, learner, lesson, submission):
    other = learner_of(course)
    of_other = store_submission(other, lesson)
    data = table(
        ("user_id", "submission_id", "points", "comment", "name"),
        ("", submission, "7,5", "Well observed.", "Somebody else"),
        (other.id, "", 10, "", ""),
    )

    done = finished(client, lesson, owner, data)

    assert (done["state"], done["total"], done["done"], done["errors"]) == ("done", 2, 2, [])
    assert done["counts"] == {"graded": 2, "changed": 0, "unchanged": 0, "skipped": 0, "failed": 0}
    assert (grade_of(submission), grade_of(of_other)) == ((7.5, None, "Well observed."), (10, None, ""))
    assert [(each["cause"], each["by"]) for each in stored(submission)["history"]] == [("imported", owner.id)]


def test_the_learner_sees_an_imported_grade(client, owner, learner, lesson):
    handed_in = hand_in(client, learner, lesson, text="Moon.")

    finished(client, lesson, owner, table(HEADINGS, (handed_in["id"], 8, "Good.")))

    [shown] = submissions_of(client, learner, lesson)["submissions"]
    assert (shown["grade"]["points"], shown["grade"]["comment"]) == (8, "Good.")


def test_grades_by_levels(client, owner, learner, rubric_lesson):
    submission = store_submission(learner, rubric_lesson)
    headings = ("submission_id", "Level facts", "level_style")

    done = finished(client, rubric_lesson, owner, table(headings, (submission, "some", "good")))

    assert done["counts"]["graded"] == 1
    assert grade_of(submission) == (6.5, {"facts": "some", "style": "good"}, "")


def test_the_same_file_again_changes_nothing(client, owner, admin, lesson, submission):
    data = table(HEADINGS, (submission, "7.5", "  Two\r\nlines "))
    assert finished(client, lesson, owner, data)["counts"]["graded"] == 1
    before = Submission.collection().find_one({})

    assert finished(client, lesson, owner, data)["counts"]["unchanged"] == 1
    assert finished(client, lesson, admin, data)["counts"]["unchanged"] == 1
    assert Submission.collection().find_one({}) == before


def test_empty_cells_change_nothing(client, owner, lesson, submission):
    finished(client, lesson, owner, table(HEADINGS, (submission, 7, "Good.")))

    done = finished(client, lesson, owner, table(HEADINGS, (submission, "", "")))
    assert (done["counts"]["skipped"], grade_of(submission)) == (1, (7, None, "Good."))

    done = finished(client, lesson, owner, table(HEADINGS, (submission, "", "Better.")))
    assert (done["counts"]["changed"], grade_of(submission)) == (1, (7, None, "Better."))


def test_a_dry_run_tells_what_would_happen(client, owner, lesson, submission):
    data = table(HEADINGS, (submission, 7, ""), (ObjectId(), 7, ""))

    done = finished(client, lesson, owner, data, dry_run=True)

    assert (done["counts"]["graded"], done["counts"]["failed"]) == (1, 1)
    assert grade_of(submission) is None


def test_rows_that_cannot_be_taken_are_named_and_the_rest_goes_in(client, course, owner, learner, lesson, submission):
    stranger, idle = make_person(), learner_of(course)
    elsewhere = store_submission(learner, make_assignment_lesson(course, title="Another"))
    data = table(
        ("submission_id", "user_id", "points", "comment"),
        (ObjectId(), "", 7, ""),
        (elsewhere, "", 7, ""),
        ("", stranger.id, 7, ""),
        ("", idle.id, 7, ""),
        ("", "10" * 20, 7, ""),
        ("", "1.5", 7, ""),
        (submission, idle.id, 7, ""),
        ("", "", 7, ""),
        ("not an id", "", 7, ""),
        (submission, "", 7, ""),
        ("", learner.id, 8, ""),
    )

    done = finished(client, lesson, owner, data)

    assert errors(done) == [
        (2, "submission_id", "no_such_submission"),
        (3, "submission_id", "no_such_submission"),
        (4, "user_id", "no_such_learner"),
        (5, "user_id", "nothing_submitted"),
        (6, "user_id", "no_such_learner"),
        (7, "user_id", "no_such_learner"),
        (8, "user_id", "ids_differ"),
        (9, "submission_id", "no_id"),
        (10, "submission_id", "no_such_submission"),
        (12, None, "duplicate_row"),
    ]
    assert (done["counts"]["graded"], grade_of(submission)) == (1, (7, None, ""))


@pytest.mark.parametrize(
    ("points", "code"),
    [
        ("10.0001", "too_many_points"),
        ("99999", "too_many_points"),
        ("-1", "no_points"),
        ("1e3", "no_points"),
        ("NaN", "no_points"),
        ("Infinity", "no_points"),
        ("7.00001", "no_points"),
        ("1.000,5", "no_points"),
        ("=1+1", "no_points"),
        ("seven", "no_points"),
        ("\u0667", "no_points"),
    ],
)
def test_points_that_are_none_are_named(client, owner, lesson, submission, points, code):
    done = finished(client, lesson, owner, table(HEADINGS, (submission, points, "")))

    assert errors(done) == [(2, "points", code)]
    assert grade_of(submission) is None


@pytest.mark.parametrize(
    ("cells", "column", "code"),
    [
        (("most", "good", ""), "level_facts", "wrong_level"),
        (("all", "", ""), "level_style", "wrong_level"),
        (("all", "good", "9"), "points", "points_disagree"),
    ],
)
def test_levels_that_are_none_are_named(client, owner, learner, rubric_lesson, cells, column, code):
    submission = store_submission(learner, rubric_lesson)
    headings = ("submission_id", "level_facts", "level_style", "points")

    done = finished(client, rubric_lesson, owner, table(headings, (submission, *cells)))

    assert errors(done) == [(2, column, code)]
    assert grade_of(submission) is None


def test_a_criterion_that_the_rubric_lacks_is_named(client, owner, lesson, submission):
    done = finished(client, lesson, owner, table(("submission_id", "level_facts"), (submission, "all")))

    assert errors(done) == [(2, "level_facts", "no_such_criterion")]


@pytest.mark.parametrize(("comment", "code"), [("x" * 5001, "too_long"), ("x" * 20_001, "too_long")])
def test_a_comment_that_is_too_long_is_named(client, owner, lesson, submission, comment, code):
    done = finished(client, lesson, owner, table(HEADINGS, (submission, 7, comment)))

    assert errors(done) == [(2, "comment", code)]


def test_a_comment_without_a_grade_is_none(client, owner, lesson, submission):
    assert errors(finished(client, lesson, owner, table(HEADINGS, (submission, "", "Well.")))) == [
        (2, "points", "no_points")
    ]


def test_one_whom_another_is_grading_is_left_alone(client, owner, admin, lesson, submission):
    client.post(f"/submissions/{submission}/claim", auth=admin)

    done = finished(client, lesson, owner, table(HEADINGS, (submission, 7, "")))

    assert errors(done) == [(2, None, "claimed_by_another")]


def test_anonymous_submissions_are_named_by_their_own_ids_only(client, course, owner, learner):
    lesson = make_assignment_lesson(course, anonymous=True, release="held")
    submission, idle = store_submission(learner, lesson), learner_of(course)
    data = table(
        ("submission_id", "user_id", "points"),
        ("", learner.id, 7),
        ("", idle.id, 7),
        (submission, learner.id, 7),
        (submission, idle.id, 7),
        (submission, "", 8),
    )

    done = finished(client, lesson, owner, data)

    assert errors(done) == [(number, "user_id", "anonymous") for number in (2, 3, 4, 5)]
    assert grade_of(submission) == (8, None, "")


def test_a_change_in_between_is_not_lost(client, owner, admin, lesson, submission, monkeypatch):
    mark, interrupted = importing.marking.mark, []

    def interrupt(*args):
        if not interrupted:
            interrupted.append(True)
            response = client.put(
                f"/submissions/{submission}/grade", auth=admin, json={"points": 3, "comment": "Mine."}
            )
            assert response.status_code == 200
        return mark(*args)

    monkeypatch.setattr(importing.marking, "mark", interrupt)

    done = finished(client, lesson, owner, table(HEADINGS, (submission, 7, "")))

    assert done["counts"]["changed"] == 1
    assert grade_of(submission) == (7, None, "Mine.")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "no_heading"),
        (table(("submission_id",), ("1",)), "no_heading"),
        (table(("name", "points"), ("Lea", "1")), "no_heading"),
        (b"PK\x03\x04broken", "unreadable"),
        (b"%PDF-1.7 not a table", None),
        (b"\x00\x01\x02" * 50, None),
    ],
)
def test_a_file_that_is_no_table_of_grades_is_refused_when_it_is_checked(client, owner, lesson, data, code):
    file_id = upload(owner, data)

    refused = client.get(f"/files/{file_id}", auth=owner).json

    assert refused["state"] == "refused"
    assert code in {None, refused["refusal"]["code"]}
    assert create(client, lesson, owner, file_id).json["code"] == "file_refused"


@pytest.mark.parametrize("headings", [(*HEADINGS, "mark"), (*HEADINGS, "points")])
def test_unknown_and_double_columns_are_refused(client, owner, headings):
    refused = client.get(f"/files/{upload(owner, table(headings, ('1', '2', '3', '4')))}", auth=owner).json

    assert refused["refusal"]["code"] in {"unknown_column", "duplicate_column"}


def test_hostile_spreadsheets_are_refused(client, owner):
    far = xlsx('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
    entities = xlsx(row(1, *HEADINGS), parts={"xl/sharedStrings.xml": '<!DOCTYPE x [<!ENTITY a "b">]><sst>&a;</sst>'})

    states = [
        client.get(f"/files/{upload(owner, data, 'g.xlsx')}", auth=owner).json["state"] for data in (far, entities)
    ]

    assert states == ["refused", "refused"]


def test_formulas_and_dates_are_named(client, owner, lesson, submission):
    cells = f'<c t="inlineStr"><is><t>{submission}</t></is></c><c t="e"><v>#DIV/0!</v></c>'
    data = xlsx(row(1, "submission_id", "points") + f'<row r="2">{cells}</row>')

    assert errors(finished(client, lesson, owner, data)) == [(2, "points", "error")]


def test_the_file_must_be_the_callers_and_for_grades(client, owner, admin, lesson):
    others = make_file(admin, purpose="grades", state="ready", type="text/csv")
    questions = make_file(owner, purpose="questions", state="ready", type="text/csv")

    assert create(client, lesson, owner, str(others["_id"])).status_code == 404
    assert create(client, lesson, owner, str(questions["_id"])).json["code"] == "wrong_purpose"


def test_other_lessons_take_no_grades(client, owner, course):
    file_id = upload(owner, table(HEADINGS, ("1", "2", "")))

    assert create(client, course.text, owner, file_id).json["code"] == "not_an_assignment_lesson"


def test_an_import_is_found_in_its_lesson_only(client, course, owner, learner, lesson, submission):
    done = finished(client, lesson, owner, table(HEADINGS, (submission, 7, "")))
    other = make_assignment_lesson(course, title="Another")

    assert client.get(f"/lessons/{other.id}/grades/imports/{done['id']}", auth=owner).status_code == 404
    assert client.get(f"/lessons/{lesson.id}/grades/imports/{done['id']}", auth=learner).status_code == 403
    assert [each["id"] for each in client.get(f"/lessons/{lesson.id}/grades/imports", auth=owner).json] == [done["id"]]
