import mux_python
import pytest
from bson import ObjectId
from sqlalchemy import select

from devstack.mux import ApiFault
from learnstream.documents import Lesson, Video
from learnstream.integrations import video as port
from learnstream.models import AuditEntry

SAMPLE = "https://samples.test/sample.mp4"


@pytest.fixture
def asset_id(mux):
    """An asset that the video service has already."""
    asset = {"inputs": [{"url": SAMPLE}], "playback_policies": ["signed"]}
    return mux_python.AssetsApi(port.service()._client).create_asset(asset).data.id


@pytest.fixture
def bodies(asset_id):
    """What each of the three doors needs."""
    return {"": {}, "/from-url": {"video_url": SAMPLE}, "/import": {"asset_id": asset_id}}


DOORS = ["", "/from-url", "/import"]


def drafts():
    return list(Lesson.collection().find())


def test_a_draft_lesson_and_an_upload_are_made_in_one_step(client, mux, deliver, admin):
    answer = client.post("/admin/uploads", json={"title": "Waves", "description": "Look *up*."}, auth=admin)

    assert answer.status_code == 201
    assert answer.json.keys() == {"upload", "video", "lesson"}
    [draft] = drafts()
    assert (draft["title"], draft["body"], draft["kind"], draft["course_id"]) == ("Waves", "Look *up*.", "video", None)
    assert (str(draft["_id"]), str(draft["video_id"])) == (answer.json["lesson"]["id"], answer.json["video"]["id"])
    assert mux.put_video(answer.json["upload"]["url"], mux.sample_video()) == 200
    deliver(*mux.take_events())
    assert client.get(f"/admin/uploads/{answer.json['video']['id']}", auth=admin).json["status"] == "ready"


@pytest.mark.parametrize("door", DOORS)
def test_a_lesson_goes_to_the_end_of_its_course(client, mux, admin, draft_course, bodies, door):
    answer = client.post(f"/admin/uploads{door}", json=bodies[door] | {"course_id": draft_course.id}, auth=admin)

    assert (answer.status_code, answer.json["lesson"]["course_id"]) == (201, draft_course.id)
    outline = client.get(f"/courses/{draft_course.id}/draft", auth=admin).json["modules"]
    assert outline[-1]["lesson_ids"][-1] == answer.json["lesson"]["id"]


@pytest.mark.parametrize("door", DOORS)
def test_a_lesson_without_a_course_is_given_one_later(client, mux, admin, owner, draft_course, bodies, door):
    lesson_id = client.post(f"/admin/uploads{door}", json=bodies[door], auth=admin).json["lesson"]["id"]
    assert client.get(f"/lessons/{lesson_id}/video", auth=owner).status_code == 404

    client.patch(f"/lessons/{lesson_id}", json={"course_id": draft_course.id}, auth=admin)

    assert client.get(f"/lessons/{lesson_id}/video", auth=owner).status_code == 200


@pytest.mark.parametrize("door", DOORS)
def test_a_title_is_made_up_if_none_is_given(client, mux, admin, bodies, door):
    assert (
        client.post(f"/admin/uploads{door}", json=bodies[door], auth=admin).json["lesson"]["title"] == "Untitled video"
    )


def test_the_page_that_uploads_is_told_to_mux(client, mux, admin):
    client.post("/admin/uploads", json={}, auth=admin, headers={"Origin": "https://b.example"})

    assert mux.take_events()[0].data["cors_origin"] == "https://b.example"


@pytest.mark.parametrize("door", DOORS)
def test_an_upload_is_noted(client, mux, admin, bodies, fresh, door):
    lesson_id = client.post(f"/admin/uploads{door}", json=bodies[door], auth=admin).json["lesson"]["id"]

    entry = fresh.scalars(select(AuditEntry).where(AuditEntry.action == "lesson.uploaded")).one()
    assert (entry.actor_id, entry.target_id) == (admin.id, lesson_id)


@pytest.mark.parametrize("door", DOORS)
def test_a_failing_service_leaves_no_lesson(client, mux, admin, bodies, door):
    mux.misbehave(api=ApiFault("status", status=503))

    answer = client.post(f"/admin/uploads{door}", json=bodies[door], auth=admin)

    assert (answer.status_code, answer.json["code"]) == (502, "video_service_failed")
    assert drafts() == []


@pytest.mark.parametrize("door", DOORS)
def test_a_repeated_request_makes_one_lesson(client, mux, admin, bodies, door):
    first, again = (
        client.post(f"/admin/uploads{door}", json=bodies[door], auth=admin, headers={"Idempotency-Key": "k"})
        for _ in range(2)
    )

    assert (first.status_code, first.json) == (201, again.json)
    assert len(drafts()) == 1


@pytest.mark.parametrize("door", DOORS)
def test_an_unknown_course_is_refused_before_anything_is_asked_for(client, mux, admin, bodies, door):
    answer = client.post(f"/admin/uploads{door}", json=bodies[door] | {"course_id": str(ObjectId())}, auth=admin)

    assert answer.status_code == 404
    assert list(Video.collection().find()) == []


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("who", ["owner", "stranger"])
def test_these_doors_are_for_admins(client, mux, request, bodies, door, who):
    answer = client.post(f"/admin/uploads{door}", json=bodies[door], auth=request.getfixturevalue(who))

    assert (answer.status_code, answer.json["code"]) == (403, "admins_only")
    assert drafts() == []


@pytest.mark.parametrize(
    ("door", "body", "field"),
    [
        ("", {"title": ""}, "title"),
        ("", {"title": "a\nb"}, "title"),
        ("", {"title": "x" * 201}, "title"),
        ("", {"description": 7}, "description"),
        ("", {"description": "\x00"}, "description"),
        ("", {"course_id": "x"}, "course_id"),
        ("", {"video_url": SAMPLE}, "video_url"),
        ("/from-url", {}, "video_url"),
        ("/from-url", {"video_url": "https://10.0.0.1/"}, "video_url"),
        ("/import", {}, "asset_id"),
        ("/import", {"asset_id": "nothing"}, "asset_id"),
    ],
)
def test_bad_fields_are_named(client, mux, admin, door, body, field):
    answer = client.post(f"/admin/uploads{door}", json=body, auth=admin)

    assert (answer.status_code, list(answer.json["errors"]["json"])) == (422, [field])
