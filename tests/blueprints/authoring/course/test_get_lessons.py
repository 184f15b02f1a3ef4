from learnstream.documents import Video
from learnstream.schemas.authoring.lesson import LessonEntrySchema
from learnstream.services.authoring import lessons
from tests.factories import archive, make_lesson


def publish(client, owner, course, **body):
    return client.post(f"/courses/{course.id}/publish", json=body, auth=owner)


def titles(client, course, **kwargs):
    return [lesson["title"] for lesson in client.get(f"/courses/{course.id}/lessons", **kwargs).json]


def test_the_outline_is_public(client, course):
    response = client.get(f"/courses/{course.id}/lessons")

    assert [lesson["id"] for lesson in response.json] == [lesson.id for lesson in course.lessons]
    assert [lesson["free_preview"] for lesson in response.json] == [True, False, False]
    assert [lesson["position"] for lesson in response.json] == [1, 2, 3]
    assert response.json[0]["module"].keys() == {"id", "title", "position"}


def test_the_serialized_bytes_match_the_schema(client, course):
    response = client.get(f"/courses/{course.id}/lessons").json

    assert all(lesson.keys() == LessonEntrySchema().fields.keys() for lesson in response)
    assert LessonEntrySchema(many=True).dump(LessonEntrySchema(many=True).load(response)) == response


def test_a_video_shows_its_status(client, owner, draft_course):
    video_id = Video.collection().insert_one({"status": "ready", "duration": 61.5}).inserted_id
    lessons.set_video(draft_course.video.id, str(video_id))
    publish(client, owner, draft_course)

    shown = client.get(f"/courses/{draft_course.id}/lessons").json[2]["video"]

    assert shown == {"id": str(video_id), "status": "ready", "duration": 61.5}


def test_a_learner_sees_the_version_of_their_seat(client, owner, course, learner):
    make_lesson(owner, course.id, "Added")
    publish(client, owner, course, learners="keep")

    assert titles(client, course, auth=learner) == ["Welcome", "Reading", "Watching"]
    assert titles(client, course) == ["Welcome", "Reading", "Watching", "Added"]


def test_a_migrated_learner_sees_the_new_version_immediately(client, owner, course, learner):
    titles(client, course, auth=learner)
    make_lesson(owner, course.id, "Added")
    publish(client, owner, course)

    assert titles(client, course, auth=learner)[-1] == "Added"


def test_a_learner_of_an_archived_course_still_sees_it(client, course, learner):
    archive(course)

    assert len(titles(client, course, auth=learner)) == 3


def test_authors_see_the_draft_outline(client, owner, admin, course):
    make_lesson(owner, course.id, "Added")

    assert titles(client, course, auth=owner, query_string={"draft": "true"})[-1] == "Added"
    assert titles(client, course, auth=admin, query_string={"draft": "true"})[-1] == "Added"


def test_the_draft_outline_is_hidden_from_other_users(client, course, learner):
    assert client.get(f"/courses/{course.id}/lessons?draft=true").status_code == 404
    assert client.get(f"/courses/{course.id}/lessons?draft=true", auth=learner).status_code == 404


def test_an_unpublished_course_has_no_outline(client, owner, draft_course):
    assert client.get(f"/courses/{draft_course.id}/lessons").status_code == 404
    assert client.get(f"/courses/{draft_course.id}/lessons", auth=owner).status_code == 404


def test_an_invalid_flag_is_named(client, course):
    response = client.get(f"/courses/{course.id}/lessons?draft=perhaps")

    assert (response.status_code, list(response.json["errors"]["query"])) == (422, ["draft"])


def test_an_unchanged_outline_is_not_sent_again(client, course):
    tag = client.get(f"/courses/{course.id}/lessons").headers["ETag"]

    assert client.get(f"/courses/{course.id}/lessons", headers={"If-None-Match": tag}).status_code == 304
