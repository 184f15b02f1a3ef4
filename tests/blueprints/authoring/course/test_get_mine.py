import pytest

from learnstream.documents import Course
from learnstream.models import Role
from tests.factories import make_course, make_person


def titles(response):
    return [course["title"] for course in response.json]


def test_an_instructor_lists_their_courses_last_changed_first(client, owner):
    first = make_course(owner, title="Astronomy")
    make_course(owner, title="Botany", published=False)
    make_course(make_person(Role.INSTRUCTOR, "Otto"), title="Zoology")
    client.patch(f"/courses/{first.id}", json={"subject": "Physics"}, auth=owner)

    assert titles(client.get("/users/me/courses", auth=owner)) == ["Astronomy", "Botany"]


def test_courses_are_filtered_by_status(client, owner, course):
    make_course(owner, title="Botany", published=False)

    assert titles(client.get("/users/me/courses?status=draft", auth=owner)) == ["Botany"]


def test_an_administrator_lists_all_courses(client, admin, course, draft_course):
    response = client.get("/users/me/courses?everybody=true", auth=admin)

    assert len(response.json) == 2
    assert '"total": 2' in response.headers["X-Pagination"]


def test_only_administrators_list_all_courses(client, owner, course):
    response = client.get("/users/me/courses?everybody=true", auth=owner)

    assert (response.status_code, response.json["code"]) == (403, "admins_only")


def test_a_student_has_no_courses(client, stranger, course):
    assert client.get("/users/me/courses", auth=stranger).json == []


def test_deleted_courses_are_not_listed(client, owner, admin, draft_course):
    client.delete(f"/courses/{draft_course.id}", auth=owner)

    assert client.get("/users/me/courses", auth=owner).json == []
    assert client.get("/users/me/courses?everybody=true", auth=admin).json == []


@pytest.mark.parametrize(
    "query", [{"status": {"$ne": "deleted"}}, {"status": "draft"}, {"status": "draft", "instructor_ids": 1}]
)
def test_no_query_scans_the_collection(course, query):
    plan = Course.collection().find(query).sort("updated_at", -1).explain()

    assert "COLLSCAN" not in str(plan["queryPlanner"]["winningPlan"])
