import pytest
from bson import ObjectId

from learnstream.clock import now
from learnstream.documents import Submission
from learnstream.schemas.grades.gradebook import CourseGradesSchema
from learnstream.schemas.grades.learners import GradebookColumnsSchema, GradebookRowSchema
from learnstream.services.authoring.publishing import Learners
from learnstream.services.enrollment import group_members
from learnstream.stores.sql import db
from tests.factories import make_person, make_seat, publish
from tests.grades import excuse, give, override
from tests.homework import hand_in, learner_of, make_assignment_lesson
from tests.problems import invalid_fields, outcome


def grades(client, course, auth, **query):
    response = client.get(f"/courses/{course.id}/grades", auth=auth, query_string=query)
    assert response.status_code == 200, response.json
    return response.json


def cells(row):
    return [(each["part"], each["points"]) for each in row["lessons"]]


def test_staff_see_what_is_held_back_and_overridden(client, owner, graded):
    ann, bob, cem, dee = grades(client, graded.course, owner)

    assert [(row["held"], row["overridden"], row["marked"]) for row in (ann, bob, cem, dee)] == [
        (0, 0, 6),
        (0, 1, 3),
        (1, 0, 2),
        (0, 0, 0),
    ]
    assert [each["overridden"] for each in bob["lessons"]] == [True, False, False, False, False, False]
    assert [each["held"] for each in cem["lessons"]] == [False, True, False, False, False, False]
    assert cells(cem)[:2] == [("counted", 9), ("dropped", 3.25)]
    assert cells(dee) == [("ungraded", None)] * 6


def test_rows_and_columns_are_as_documented(client, owner, graded):
    found = grades(client, graded.course, owner)
    columns = client.get(f"/courses/{graded.course.id}/grades/columns", auth=owner).json
    path = f"/courses/{graded.course.id}/learners/{graded.learners[0].id}/grades"
    whole = client.get(path, auth=owner).json

    assert GradebookRowSchema(many=True).dump(found) == found
    assert GradebookColumnsSchema().dump(columns) == columns
    assert CourseGradesSchema().dump(whole) == whole
    assert [each["lesson_id"] for each in columns["lessons"]] == [each.id for each in graded.lessons]
    assert [each["id"] for each in columns["categories"]] == ["h", "t", "none"]


def test_learners_are_walked_through_by_name(client, owner, graded):
    make_seat(make_person(name="ann"), graded.course)
    path = f"/courses/{graded.course.id}/grades"
    names, cursor = [], None
    while cursor != "":
        page = client.get(path, auth=owner, query_string={"limit": 2, **({"cursor": cursor} if cursor else {})})
        names += [row["name"] for row in page.json]
        cursor = page.headers.get("X-Next-Cursor", "")

    assert names == ["Ann", "ann", "Bob", "Cem", "Dee"]
    assert len(grades(client, graded.course, owner, limit=500)) == 5
    assert invalid_fields(client.get(f"{path}?limit=501", auth=owner), "query") == ["limit"]
    assert client.get(f"{path}?cursor=nonsense", auth=owner).status_code == 422


@pytest.mark.parametrize(
    ("query", "names"),
    [({"q": "bo"}, ["Bob"]), ({"status": "withdrawn"}, ["Dee"]), ({"status": "active"}, ["Ann", "Bob", "Cem"])],
)
def test_filters_narrow_the_list(client, owner, graded, query, names):
    client.delete(f"/courses/{graded.course.id}/enroll", auth=graded.learners[3])

    assert [row["name"] for row in grades(client, graded.course, owner, **query)] == names


def test_each_learner_has_the_lessons_of_their_version(client, owner, course):
    old = make_assignment_lesson(course, title="Old")
    early = learner_of(course, "Ann")
    give(early, course, old, 7)
    client.delete(f"/lessons/{old.id}", auth=owner)
    make_assignment_lesson(course, title="New", published=False)
    publish(course, learners=Learners.KEEP)
    learner_of(course, "Bob")

    ann, bob = grades(client, course, owner)
    columns = client.get(f"/courses/{course.id}/grades/columns", auth=owner).json["lessons"]

    assert (cells(ann), cells(bob)) == ([("counted", 7)], [("ungraded", None)])
    assert [each["title"] for each in columns] == ["New", "Old"]
    assert (ann["version"] < bob["version"], ann["percent"], bob["percent"]) == (True, 70, None)


@pytest.fixture
def anonymous(course):
    return make_assignment_lesson(course, anonymous=True, release="held")


def test_anonymous_grades_are_hidden_until_they_are_released(client, owner, course, anonymous):
    ann, bob = learner_of(course, "Ann"), learner_of(course, "Bob")
    hand_in(client, ann, anonymous)
    row = give(ann, course, anonymous, 9, released=False)

    hidden = grades(client, course, owner)

    assert [cells(each) for each in hidden] == [[("held", None)]] * 2
    # Nor is it told who has handed in anything.
    assert hidden[0]["lessons"] == hidden[1]["lessons"]
    assert [each["percent"] for each in hidden] == [None, None]
    path = f"/courses/{course.id}/learners"
    one, other = (client.get(f"{path}/{each.id}/grades", auth=owner).json for each in (ann, bob))
    assert one == other
    _release(row, anonymous)
    assert cells(grades(client, course, owner)[0]) == [("counted", 9)]


def _release(row, lesson):
    """Release a grade, as marking does: in both stores."""
    released = {"$set": {"released": {"at": now()}}}
    Submission.collection().update_one({"lesson_id": ObjectId(lesson.id)}, released)
    row.released_points, row.released_max_points, row.released_at = row.points, row.max_points, now()
    db.session.add(row)
    db.session.commit()


def test_exceptions_are_given_by_name_and_shown_by_name(client, owner, course, anonymous):
    ann, bob = learner_of(course, "Ann"), learner_of(course, "Bob")
    give(ann, course, anonymous, 9, released=False, **override(4, released=False))
    give(bob, course, anonymous, None, **excuse())

    assert [cells(each) for each in grades(client, course, owner)] == [[("counted", 4)], [("excused", None)]]


def test_an_override_does_not_tell_whose_homework_awaits_marking(client, owner, course, anonymous):
    ann, bob, cem = (learner_of(course, name) for name in ("Ann", "Bob", "Cem"))
    for each in (ann, bob):
        hand_in(client, each, anonymous)
    give(ann, course, anonymous, None, **override(4, released=False))
    give(bob, course, anonymous, 9, released=False, **override(4, released=False))
    give(cem, course, anonymous, None, submitted_at=None, awaiting=False, **override(4, released=False))

    one, *others = [each["lessons"] for each in grades(client, course, owner)]

    assert others == [one, one]


def test_a_quiz_counts_once_it_is_marked_in_full(client, owner, graded):
    dee = graded.learners[3]
    give(dee, graded.course, graded.lessons[4], "0.2", 1, released=False, awaiting=True)

    cell = grades(client, graded.course, owner)[3]["lessons"][4]

    assert (cell["part"], cell["points"], cell["awaiting"], cell["handed_in"]) == ("ungraded", None, True, True)


def test_a_groups_staff_see_its_members(client, graded, admin, group_of):
    tutor, group_id = group_of(graded.course, graded.learners[:2])
    path = f"/courses/{graded.course.id}/grades"

    assert [row["name"] for row in grades(client, graded.course, tutor, group_id=group_id)] == ["Ann", "Bob"]
    assert outcome(client.get(path, auth=tutor)) == (403, "not_your_course")
    for each in (".csv", ".xlsx", "/columns"):
        assert client.get(f"{path}{each}?group_id={group_id}", auth=tutor).status_code == 200
        assert client.get(f"{path}{each}", auth=tutor).status_code == 403
    own, other = (
        client.get(f"/courses/{graded.course.id}/learners/{each.id}/grades?group_id={group_id}", auth=tutor)
        for each in (graded.learners[0], graded.learners[2])
    )
    assert (own.status_code, other.status_code) == (200, 404)


def test_a_groups_staff_do_not_see_their_own_held_grades(client, graded, admin, group_of):
    tutor, group = group_of(graded.course, graded.learners[:1])
    make_seat(tutor, graded.course)
    give(tutor, graded.course, graded.lessons[0], 9.25, released=False)
    group_members.add(group, [tutor.id], by=admin.id)
    db.session.commit()
    path = f"/courses/{graded.course.id}"

    assert [row["name"] for row in grades(client, graded.course, tutor, group_id=group)] == ["Ann"]
    assert "9.25" not in client.get(f"{path}/grades.csv?group_id={group}", auth=tutor).text
    assert client.get(f"{path}/learners/{tutor.id}/grades?group_id={group}", auth=tutor).status_code == 404


def test_a_name_cannot_become_a_formula(client, owner, course):
    make_assignment_lesson(course, title="=1+1")
    learner_of(course, "=cmd|'/C calc'!A0")

    exported = client.get(f"/courses/{course.id}/grades.csv", auth=owner).get_data(as_text=True)

    assert "\"'=cmd" in exported
    assert "\"'=1+1" in exported


@pytest.mark.parametrize("count", [3, 12])
def test_the_number_of_queries_does_not_depend_on_the_number_of_learners(client, owner, course, queries, count):
    lessons = [
        make_assignment_lesson(course, title=str(number), published=number == count - 1) for number in range(count)
    ]
    for number in range(count):
        give(learner_of(course, str(number)), course, lessons[0], 5)
    client.get(f"/courses/{course.id}/grades", auth=owner)
    queries.clear()

    assert len(grades(client, course, owner)) == count

    assert [each for each in queries if each != "redis"] == ["sql"] * 3
