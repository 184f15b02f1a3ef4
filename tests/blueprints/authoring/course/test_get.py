from bson import ObjectId

from learnstream.documents import Video
from learnstream.schemas.authoring.course import CourseSchema
from learnstream.services.authoring import courses, lessons
from tests.factories import archive, make_course


def test_everybody_reads_a_published_course(client, owner, course):
    answer = client.get(f"/courses/{course.id}")

    assert answer.status_code == 200
    assert (answer.json["title"], answer.json["version"], answer.json["lesson_count"]) == ("Astronomy", 1, 3)
    assert answer.json["instructors"] == [{"id": owner.id, "name": "Ines"}]


def test_the_bytes_are_what_the_schema_says(client, course):
    answer = client.get(f"/courses/{course.id}").json

    # Every field of the schema and no other, in a form that the schema itself would give it.
    assert answer.keys() == CourseSchema().fields.keys()
    assert CourseSchema().dump(CourseSchema().load(answer)) == answer


def test_a_draft_is_no_course_yet(client, owner, draft_course):
    assert client.get(f"/courses/{draft_course.id}").status_code == 404
    assert client.get(f"/courses/{draft_course.id}", auth=owner).status_code == 404


def test_an_archived_course_can_still_be_read(client, course):
    archive(course)

    assert client.get(f"/courses/{course.id}").json["status"] == "archived"


def test_changes_to_the_draft_are_not_shown(client, owner, course):
    client.patch(f"/courses/{course.id}", json={"title": "Astrology"}, auth=owner)

    assert client.get(f"/courses/{course.id}").json["title"] == "Astronomy"


def test_a_publication_shows_at_once(client, owner, course):
    client.get(f"/courses/{course.id}")
    client.patch(f"/courses/{course.id}", json={"title": "Astrology"}, auth=owner)
    client.post(f"/courses/{course.id}/publish", json={}, auth=owner)

    answer = client.get(f"/courses/{course.id}").json

    assert (answer["title"], answer["version"], answer["slug"]) == ("Astrology", 2, "astronomy")


def test_its_duration_is_that_of_the_videos_that_play(client, owner):
    course = make_course(owner, published=False)
    video_id = Video.collection().insert_one({"status": "ready", "duration": 61.5}).inserted_id
    lessons.set_video(course.video.id, str(video_id))
    client.post(f"/courses/{course.id}/publish", json={}, auth=owner)

    assert client.get(f"/courses/{course.id}").json["duration"] == 61.5


def test_an_unknown_course_is_not_found(client):
    assert client.get(f"/courses/{ObjectId()}").json["code"] == "not_found"


def test_an_id_of_another_form_is_no_address(client):
    assert client.get("/courses/1").status_code == 404


def test_an_unchanged_course_is_not_sent_again(client, course):
    tag = client.get(f"/courses/{course.id}").headers["ETag"]

    assert client.get(f"/courses/{course.id}", headers={"If-None-Match": tag}).status_code == 304


def test_a_view_of_a_deleted_course_is_gone(client, owner, course):
    courses.view(course.id)
    client.delete(f"/courses/{course.id}", auth=owner)

    assert client.get(f"/courses/{course.id}").status_code == 404
