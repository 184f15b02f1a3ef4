"""Teachers of a subject are staff of its courses without standing in each one's list."""

import pytest
from sqlalchemy import delete

from learnstream.models import Role
from learnstream.models.subject import SubjectTeacher
from learnstream.stores.sql import db
from tests.factories import make_course, make_person, make_subject


@pytest.fixture
def teacher(app):
    return make_person(Role.INSTRUCTOR, "Tom")


@pytest.fixture
def subject(app):
    return make_subject()


@pytest.fixture
def course(owner, subject):
    return make_course(owner, subject_id=subject.id)


@pytest.fixture
def put(client, admin, subject):
    def put(*people, **options):
        body = {"teacher_ids": [each.id for each in people]}
        return client.put(f"/admin/subjects/{subject.id}/teachers", auth=admin, json=body, **options)

    return put


def edit(client, course, auth):
    return client.patch(f"/courses/{course.id}", json={"title": "X"}, auth=auth).status_code


def test_teachers_edit_from_the_next_request_on_and_no_longer(client, put, teacher, owner, course):
    assert edit(client, course, teacher) == 403

    assert put(teacher).json["teacher_ids"] == [teacher.id]
    assert edit(client, course, teacher) == 200
    assert client.get(f"/courses/{course.id}/draft", auth=teacher).json["instructor_ids"] == [owner.id]

    assert put().json["teacher_ids"] == []
    assert edit(client, course, teacher) == 403
    assert client.get(f"/courses/{course.id}/draft", auth=teacher).status_code == 404


@pytest.mark.parametrize(
    "path", ["draft", "learners", "learners.csv", "analytics", "versions", "invitations", "publish-preview"]
)
def test_teachers_see_what_instructors_see(client, put, teacher, course, path):
    put(teacher)

    assert client.get(f"/courses/{course.id}/{path}", auth=teacher).status_code == 200


def test_teachers_see_lessons_without_a_seat(client, put, teacher, course):
    put(teacher)

    assert client.get(f"/lessons/{course.text.id}?draft=true", auth=teacher).status_code == 200
    assert client.get(f"/lessons/{course.text.id}", auth=teacher).status_code == 200


def test_teachers_list_the_courses_of_their_subjects(client, put, teacher, course):
    own = make_course(teacher, title="Own")
    put(teacher)

    assert {each["id"] for each in client.get("/users/me/courses", auth=teacher).json} == {own.id, course.id}
    put()
    assert [each["id"] for each in client.get("/users/me/courses", auth=teacher).json] == [own.id]


def test_a_course_that_changes_its_subject_changes_its_staff(client, put, owner, teacher, course):
    put(teacher)
    assert client.get(f"/courses/{course.id}/draft", auth=teacher).status_code == 200

    client.patch(f"/courses/{course.id}", auth=owner, json={"subject_id": None})

    assert client.get(f"/courses/{course.id}/draft", auth=teacher).status_code == 404


def test_teachers_of_a_deleted_subject_teach_nothing(client, admin, put, subject, teacher, course):
    put(teacher)
    assert client.get(f"/courses/{course.id}/draft", auth=teacher).status_code == 200

    client.delete(f"/admin/subjects/{subject.id}", auth=admin)

    assert client.get(f"/courses/{course.id}/draft", auth=teacher).status_code == 404


def test_a_teacher_who_becomes_a_student_edits_nothing(client, admin, put, teacher, course):
    put(teacher)
    client.patch(f"/admin/users/{teacher.id}", auth=admin, json={"role": "student"})

    assert client.get(f"/courses/{course.id}/draft", auth=teacher).status_code in {401, 404}


def test_a_write_checks_the_subjects_despite_stale_cache_entries(client, put, teacher, course):
    put(teacher)
    assert client.get(f"/courses/{course.id}/draft", auth=teacher).status_code == 200
    db.session.execute(delete(SubjectTeacher))
    db.session.commit()

    assert edit(client, course, teacher) == 403
    # A write updates the cached facts.
    assert client.get(f"/courses/{course.id}/draft", auth=teacher).status_code == 404


def test_only_active_authors_can_be_teachers(client, put, learner, teacher):
    disabled = make_person(Role.INSTRUCTOR, "Dora", is_active=False)

    for person in (learner, disabled):
        response = put(teacher, person)
        assert (response.status_code, set(response.json["errors"]["json"])) == (422, {"teacher_ids"})
    assert put(teacher, teacher).json["teacher_ids"] == [teacher.id]
