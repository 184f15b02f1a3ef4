import pytest

from learnstream.documents import Course
from learnstream.models import Role
from tests.factories import make_course, make_person


def titles(answer):
    return [course["title"] for course in answer.json]


def test_an_instructor_lists_their_courses_the_last_changed_first(client, owner):
    first = make_course(owner, title="Astronomy")
    make_course(owner, title="Botany", published=False)
    make_course(make_person(Role.INSTRUCTOR, "Otto"), title="Zoology")
    client.patch(f"/courses/{first.id}", json={"subject": "Physics"}, auth=owner)

    assert titles(client.get("/users/me/courses", auth=owner)) == ["Astronomy", "Botany"]


def test_a_state_can_be_asked_for(client, owner, course):
    make_course(owner, title="Botany", published=False)

    assert titles(client.get("/users/me/courses?status=draft", auth=owner)) == ["Botany"]


def test_an_administrator_lists_everybodys(client, admin, course, draft_course):
    answer = client.get("/users/me/courses?everybody=true", auth=admin)

    assert len(answer.json) == 2
    assert '"total": 2' in answer.headers["X-Pagination"]


def test_nobody_else_does(client, owner, course):
    answer = client.get("/users/me/courses?everybody=true", auth=owner)

    assert (answer.status_code, answer.json["code"]) == (403, "admins_only")


def test_a_student_has_none(client, stranger, course):
    assert client.get("/users/me/courses", auth=stranger).json == []


def test_deleted_courses_are_gone(client, owner, admin, draft_course):
    client.delete(f"/courses/{draft_course.id}", auth=owner)

    assert client.get("/users/me/courses", auth=owner).json == []
    assert client.get("/users/me/courses?everybody=true", auth=admin).json == []


@pytest.mark.parametrize(
    "query", [{"status": {"$ne": "deleted"}}, {"status": "draft"}, {"status": "draft", "instructor_ids": 1}]
)
def test_no_query_reads_the_whole_collection(course, query):
    plan = Course.collection().find(query).sort("updated_at", -1).explain()

    assert "COLLSCAN" not in str(plan["queryPlanner"]["winningPlan"])
