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
    """An asset that already exists at the video service."""
    asset = {"inputs": [{"url": SAMPLE}], "playback_policies": ["signed"]}
    return mux_python.AssetsApi(port.service()._client).create_asset(asset).data.id


@pytest.fixture
def bodies(asset_id):
    """Return the request body of each of the three endpoints."""
    return {"": {}, "/from-url": {"video_url": SAMPLE}, "/import": {"asset_id": asset_id}}


ENDPOINTS = ["", "/from-url", "/import"]


def drafts():
    return list(Lesson.collection().find())


def test_a_draft_lesson_and_an_upload_are_created_together(client, mux, deliver, admin):
    response = client.post("/admin/uploads", json={"title": "Waves", "description": "Look *up*."}, auth=admin)

    assert response.status_code == 201
    assert response.json.keys() == {"upload", "video", "lesson"}
    [draft] = drafts()
    assert (draft["title"], draft["body"], draft["kind"], draft["course_id"]) == ("Waves", "Look *up*.", "video", None)
    assert (str(draft["_id"]), str(draft["video_id"])) == (response.json["lesson"]["id"], response.json["video"]["id"])
    assert mux.put_video(response.json["upload"]["url"], mux.sample_video()) == 200
    deliver(*mux.take_events())
    assert client.get(f"/admin/uploads/{response.json['video']['id']}", auth=admin).json["status"] == "ready"


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_a_lesson_is_appended_to_its_course(client, mux, admin, draft_course, bodies, endpoint):
    response = client.post(
        f"/admin/uploads{endpoint}", json=bodies[endpoint] | {"course_id": draft_course.id}, auth=admin
    )

    assert (response.status_code, response.json["lesson"]["course_id"]) == (201, draft_course.id)
    outline = client.get(f"/courses/{draft_course.id}/draft", auth=admin).json["modules"]
    assert outline[-1]["lesson_ids"][-1] == response.json["lesson"]["id"]


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_a_lesson_without_a_course_can_get_one_later(client, mux, admin, owner, draft_course, bodies, endpoint):
    lesson_id = client.post(f"/admin/uploads{endpoint}", json=bodies[endpoint], auth=admin).json["lesson"]["id"]
    assert client.get(f"/lessons/{lesson_id}/video", auth=owner).status_code == 404

    client.patch(f"/lessons/{lesson_id}", json={"course_id": draft_course.id}, auth=admin)

    assert client.get(f"/lessons/{lesson_id}/video", auth=owner).status_code == 200


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_a_missing_title_is_generated(client, mux, admin, bodies, endpoint):
    assert (
        client.post(f"/admin/uploads{endpoint}", json=bodies[endpoint], auth=admin).json["lesson"]["title"]
        == "Untitled video"
    )


def test_the_cors_origin_is_passed_to_mux(client, mux, admin):
    client.post("/admin/uploads", json={}, auth=admin, headers={"Origin": "https://b.example"})

    assert mux.take_events()[0].data["cors_origin"] == "https://b.example"


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_an_upload_is_in_the_audit_log(client, mux, admin, bodies, separate_session, endpoint):
    lesson_id = client.post(f"/admin/uploads{endpoint}", json=bodies[endpoint], auth=admin).json["lesson"]["id"]

    entry = separate_session.scalars(select(AuditEntry).where(AuditEntry.action == "lesson.uploaded")).one()
    assert (entry.actor_id, entry.target_id) == (admin.id, lesson_id)


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_a_failing_video_service_leaves_no_lesson(client, mux, admin, bodies, endpoint):
    mux.misbehave(api=ApiFault("status", status=503))

    response = client.post(f"/admin/uploads{endpoint}", json=bodies[endpoint], auth=admin)

    assert (response.status_code, response.json["code"]) == (502, "video_service_failed")
    assert drafts() == []


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_a_repeated_request_creates_one_lesson(client, mux, admin, bodies, endpoint):
    first, again = (
        client.post(f"/admin/uploads{endpoint}", json=bodies[endpoint], auth=admin, headers={"Idempotency-Key": "k"})
        for _ in range(2)
    )

    assert (first.status_code, first.json) == (201, again.json)
    assert len(drafts()) == 1


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_an_unknown_course_is_rejected_before_any_vendor_call(client, mux, admin, bodies, endpoint):
    response = client.post(
        f"/admin/uploads{endpoint}", json=bodies[endpoint] | {"course_id": str(ObjectId())}, auth=admin
    )

    assert response.status_code == 404
    assert list(Video.collection().find()) == []


@pytest.mark.parametrize("endpoint", ENDPOINTS)
@pytest.mark.parametrize("who", ["owner", "stranger"])
def test_these_endpoints_are_for_admins(client, mux, request, bodies, endpoint, who):
    response = client.post(f"/admin/uploads{endpoint}", json=bodies[endpoint], auth=request.getfixturevalue(who))

    assert (response.status_code, response.json["code"]) == (403, "admins_only")
    assert drafts() == []


@pytest.mark.parametrize(
    ("endpoint", "body", "field"),
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
def test_invalid_fields_are_named(client, mux, admin, endpoint, body, field):
    response = client.post(f"/admin/uploads{endpoint}", json=body, auth=admin)

    assert (response.status_code, list(response.json["errors"]["json"])) == (422, [field])
