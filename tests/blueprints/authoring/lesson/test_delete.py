from bson import ObjectId
from sqlalchemy import select

from learnstream.documents import Lesson
from learnstream.models import OutboxMessage
from learnstream.services.media import videos
from tests.factories import make_lesson, make_ready_video, put_video


def delete(client, lesson, auth, **headers):
    return client.delete(f"/lessons/{lesson.id}", auth=auth, headers=headers)


def test_a_deleted_lesson_leaves_the_draft(client, owner, draft_course):
    response = delete(client, draft_course.text, owner)

    assert (response.status_code, response.data) == (204, b"")
    shown = client.get(f"/courses/{draft_course.id}/lessons?draft=true", auth=owner).json
    assert [lesson["title"] for lesson in shown] == ["Welcome", "Watching"]
    assert client.get(f"/lessons/{draft_course.text.id}?draft=true", auth=owner).status_code == 404
    assert Lesson.collection().count_documents({"leaving": {"$exists": True}}) == 0


def test_the_published_version_keeps_a_deleted_lesson(client, owner, course, learner):
    delete(client, course.text, owner)

    assert client.get(f"/lessons/{course.text.id}", auth=learner).status_code == 200
    assert len(client.get(f"/courses/{course.id}/lessons").json) == 3


def test_the_next_version_omits_a_deleted_lesson(client, owner, course, learner):
    delete(client, course.text, owner)
    client.post(f"/courses/{course.id}/publish", json={}, auth=owner)

    assert client.get(f"/lessons/{course.text.id}", auth=learner).status_code == 404


def test_deleting_it_again_finds_nothing(client, owner, draft_course):
    delete(client, draft_course.text, owner)

    assert delete(client, draft_course.text, owner).status_code == 404


def test_deleting_a_lesson_changes_the_etag_of_the_course(client, owner, draft_course):
    tag = client.get(f"/courses/{draft_course.id}/draft", auth=owner).headers["ETag"]
    delete(client, draft_course.text, owner)

    assert client.get(f"/courses/{draft_course.id}/draft", auth=owner).headers["ETag"] != tag


def test_only_authors_can_delete(client, stranger, learner, course, draft_course):
    assert delete(client, draft_course.text, stranger).status_code == 404
    assert delete(client, course.text, learner).json["code"] == "not_your_course"


def test_administrators_delete_a_lesson_without_a_course(client, owner, admin):
    lesson = make_lesson(admin, None)

    assert delete(client, lesson, owner).status_code == 404
    assert delete(client, lesson, admin).status_code == 204


def test_it_honors_if_match(client, owner, draft_course):
    assert delete(client, draft_course.text, owner, **{"If-Match": '"999"'}).status_code == 412
    assert client.get(f"/lessons/{draft_course.text.id}?draft=true", auth=owner).status_code == 200


def test_an_unknown_lesson_is_not_found(client, owner):
    assert client.delete(f"/lessons/{ObjectId()}", auth=owner).status_code == 404


def released(separate_session):
    return separate_session.scalars(select(OutboxMessage.payload).where(OutboxMessage.topic == videos.RELEASED)).all()


def test_the_video_of_a_deleted_lesson_is_released(client, owner, draft_course, separate_session):
    video_id = make_ready_video()
    put_video(draft_course.video, video_id)

    delete(client, draft_course.video, owner)

    assert released(separate_session) == [{"video_id": video_id}]
