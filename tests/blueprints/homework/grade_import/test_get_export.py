"""Exports of grades, which can be imported again."""

import csv
import io

import pytest

from tests.factories import make_person
from tests.grade_imports import finished
from tests.homework import RUBRIC, learner_of, make_assignment_lesson
from tests.submissions import store_submission


@pytest.fixture
def lesson(course):
    return make_assignment_lesson(course, rubric=RUBRIC)


def export(client, lesson, owner, kind="csv", **query):
    response = client.get(f"/lessons/{lesson.id}/grades.{kind}", auth=owner, query_string=query)
    assert response.status_code == 200
    return response.data


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_export_can_be_imported_again_unchanged(client, course, owner, learner, lesson, kind):
    graded = [store_submission(person, lesson) for person in (learner, learner_of(course), learner_of(course))]
    store_submission(learner_of(course), lesson)
    grades = [
        {"levels": {"facts": "some", "style": "good"}, "comment": "=1+1\n-2", "private_note": "Not exported."},
        {"points": 3.1416, "comment": '\'; @x, "quoted"'},
        {"points": 0},
    ]
    for submission, grade in zip(graded, grades, strict=True):
        assert client.put(f"/submissions/{submission}/grade", auth=owner, json=grade).status_code == 200

    data = export(client, lesson, owner, kind)
    done = finished(client, lesson, owner, data)

    assert b"Not exported." not in data
    assert (done["errors"], done["counts"]["unchanged"], done["counts"]["skipped"]) == ([], 3, 1)
    assert export(client, lesson, owner, kind) == data or kind == "xlsx"


def test_an_export_has_a_column_for_each_criterion_and_the_latest_submissions(client, owner, learner, lesson):
    submission = store_submission(learner, lesson)
    levels = {"facts": "all", "style": "poor"}
    client.put(f"/submissions/{submission}/grade", auth=owner, json={"levels": levels, "comment": "Good."})

    [row] = csv.DictReader(io.StringIO(export(client, lesson, owner).decode("utf-8-sig")))

    assert row == {
        "submission_id": submission,
        "user_id": str(learner.id),
        "name": learner.name,
        "number": "1",
        "late_seconds": "0",
        "max_points": "10.0",
        "level_facts": "all",
        "level_style": "poor",
        "points": "7.0",
        "comment": "Good.",
    }


def test_formulas_in_names_and_comments_are_defused(client, course, owner):
    person = make_person(name="=HYPERLINK(1)")
    lesson = make_assignment_lesson(course)
    store_submission(person, lesson)

    [row] = csv.DictReader(io.StringIO(export(client, lesson, owner).decode("utf-8-sig")))

    assert row["name"] == "'=HYPERLINK(1)"


def test_an_anonymous_export_has_no_names(client, course, owner, learner):
    lesson = make_assignment_lesson(course, anonymous=True)
    store_submission(learner, lesson)

    [row] = csv.DictReader(io.StringIO(export(client, lesson, owner).decode("utf-8-sig")))

    assert row["user_id"] == ""
    assert row["name"].startswith("Learner ")
    assert client.get(f"/lessons/{lesson.id}/grades.csv?user_id={learner.id}", auth=owner).status_code == 422


def test_learners_get_none(client, learner, lesson):
    assert client.get(f"/lessons/{lesson.id}/grades.csv", auth=learner).status_code == 403
