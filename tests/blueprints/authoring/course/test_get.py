from bson import ObjectId

from learnstream.documents import Video
from learnstream.schemas.authoring.course import CourseSchema
from learnstream.services.authoring import courses, lessons
from tests.factories import archive, make_course


def test_a_published_course_is_public(client, owner, course):
    response = client.get(f"/courses/{course.id}")

    assert response.status_code == 200
    assert (response.json["title"], response.json["version"], response.json["lesson_count"]) == ("Astronomy", 1, 3)
    assert response.json["instructors"] == [{"id": owner.id, "name": "Ines", "photo": None}]


def test_the_serialized_bytes_match_the_schema(client, course):
    response = client.get(f"/courses/{course.id}").json

    # Exactly the fields of the schema, serialized as the schema would.
    assert response.keys() == CourseSchema().fields.keys()
    assert CourseSchema().dump(CourseSchema().load(response)) == response


def test_a_draft_is_not_found(client, owner, draft_course):
    assert client.get(f"/courses/{draft_course.id}").status_code == 404
    assert client.get(f"/courses/{draft_course.id}", auth=owner).status_code == 404


def test_an_archived_course_can_still_be_read(client, course):
    archive(course)

    assert client.get(f"/courses/{course.id}").json["status"] == "archived"


def test_draft_changes_are_not_shown(client, owner, course):
    client.patch(f"/courses/{course.id}", json={"title": "Astrology"}, auth=owner)

    assert client.get(f"/courses/{course.id}").json["title"] == "Astronomy"


def test_a_publication_is_visible_immediately(client, owner, course):
    client.get(f"/courses/{course.id}")
    client.patch(f"/courses/{course.id}", json={"title": "Astrology"}, auth=owner)
    client.post(f"/courses/{course.id}/publish", json={}, auth=owner)

    response = client.get(f"/courses/{course.id}").json

    assert (response["title"], response["version"], response["slug"]) == ("Astrology", 2, "astronomy")


def test_the_duration_sums_up_the_ready_videos(client, owner):
    course = make_course(owner, published=False)
    video_id = Video.collection().insert_one({"status": "ready", "duration": 61.5}).inserted_id
    lessons.set_video(course.video.id, str(video_id))
    client.post(f"/courses/{course.id}/publish", json={}, auth=owner)

    assert client.get(f"/courses/{course.id}").json["duration"] == 61.5


def test_an_unknown_course_is_not_found(client):
    assert client.get(f"/courses/{ObjectId()}").json["code"] == "not_found"


def test_a_malformed_id_is_not_found(client):
    assert client.get("/courses/1").status_code == 404


def test_an_unchanged_course_is_not_sent_again(client, course):
    tag = client.get(f"/courses/{course.id}").headers["ETag"]

    assert client.get(f"/courses/{course.id}", headers={"If-None-Match": tag}).status_code == 304


def test_a_deleted_course_is_not_found(client, owner, course):
    courses.view(course.id)
    client.delete(f"/courses/{course.id}", auth=owner)

    assert client.get(f"/courses/{course.id}").status_code == 404
