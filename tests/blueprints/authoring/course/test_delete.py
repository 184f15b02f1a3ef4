from threading import Barrier, Thread

import pytest
from bson import ObjectId
from sqlalchemy import func, select

from learnstream.documents import Course, CourseVersion, Lesson, LessonVersion
from learnstream.models import AuditEntry, Enrollment
from learnstream.services.authoring import repairs
from tests.factories import make_course


def delete(client, course, auth, **headers):
    return client.delete(f"/courses/{course.id}", auth=auth, headers=headers)


def test_a_course_without_learners_is_deleted(client, owner, course):
    response = delete(client, course, owner)

    assert (response.status_code, response.data) == (204, b"")
    assert client.get(f"/courses/{course.id}").status_code == 404
    assert client.get(f"/courses/{course.id}/draft", auth=owner).status_code == 404
    assert client.get(f"/courses/{course.id}/lessons").status_code == 404
    assert client.get(f"/lessons/{course.preview.id}", auth=owner).status_code == 404
    assert client.get(f"/lessons/{course.preview.id}?draft=true", auth=owner).status_code == 404


def test_deleting_it_again_finds_nothing(client, owner, course):
    delete(client, course, owner)

    assert delete(client, course, owner).status_code == 404


def test_the_slug_of_a_deleted_course_is_free_again(client, owner, course):
    delete(client, course, owner)

    assert client.post("/courses", json={"title": course.title}, auth=owner).json["slug"] == "astronomy"


def test_documents_of_a_deleted_course_are_deleted(client, owner, course):
    other = make_course(owner, title="Botany")
    delete(client, course, owner)

    repairs.repair(grace=repairs.NONE)

    assert [document["_id"] for document in Course.collection().find()] == [ObjectId(other.id)]
    kept = {"course_id": ObjectId(other.id)}
    for kind in (Lesson, LessonVersion, CourseVersion):
        assert kind.collection().count_documents({}) == kind.collection().count_documents(kept) > 0


def test_a_course_with_a_learner_cannot_be_deleted(client, owner, learner, course):
    response = delete(client, course, owner)

    assert (response.status_code, response.json["code"]) == (409, "course_has_learners")
    assert client.get(f"/courses/{course.id}").status_code == 200


def test_a_course_with_a_former_learner_cannot_be_deleted(client, owner, learner, course):
    client.delete(f"/courses/{course.id}/enroll", auth=learner)

    assert delete(client, course, owner).json["code"] == "course_has_learners"


def test_only_authors_can_delete(client, stranger, course, draft_course):
    assert delete(client, course, stranger).status_code == 403
    assert delete(client, draft_course, stranger).status_code == 404


def test_the_action_is_in_the_audit_log(client, admin, course, separate_session):
    delete(client, course, admin)

    entry = separate_session.scalar(select(AuditEntry).where(AuditEntry.action == "course.deleted"))
    assert (entry.actor_id, entry.target_id) == (admin.id, course.id)


def test_it_honors_if_match(client, owner, course):
    assert delete(client, course, owner, **{"If-Match": '"999"'}).status_code == 412
    assert client.get(f"/courses/{course.id}").status_code == 200


@pytest.mark.parametrize("attempt", range(4))
def test_one_of_a_concurrent_enrollment_and_deletion_wins(
    app, client, owner, stranger, course, separate_session, attempt
):
    responses, start = {}, Barrier(2)

    def call(name, method, path, person):
        start.wait()
        responses[name] = app.test_client().open(path, method=method, auth=person).status_code

    threads = [
        Thread(target=call, args=("enrol", "POST", f"/courses/{course.id}/enroll", stranger)),
        Thread(target=call, args=("delete", "DELETE", f"/courses/{course.id}", owner)),
    ]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]

    seats = separate_session.scalar(select(func.count()).select_from(Enrollment))
    assert (responses["enrol"], responses["delete"], seats) in {(201, 409, 1), (404, 204, 0)}
