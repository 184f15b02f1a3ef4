import json
from datetime import timedelta

import pytest

from learnstream.clock import now
from tests.factories import make_video


def test_videos_are_listed_newest_first_in_pages(client, admin):
    ids = [make_video(created_at=now() + timedelta(seconds=number)) for number in range(3)]

    first = client.get("/admin/uploads?page_size=2", auth=admin)
    second = client.get("/admin/uploads?page_size=2&page=2", auth=admin)

    assert [video["id"] for video in first.json + second.json] == ids[::-1]
    assert json.loads(first.headers["X-Pagination"])["total"] == 3


def test_a_video_lists_the_drafts_that_use_it(client, mux, admin):
    made = client.post("/admin/uploads", json={"title": "Waves"}, auth=admin).json
    make_video()

    shown = {video["id"]: video["lessons"] for video in client.get("/admin/uploads", auth=admin).json}

    assert sorted(map(len, shown.values())) == [0, 1]
    assert shown[made["video"]["id"]] == [{"id": made["lesson"]["id"], "course_id": None, "title": "Waves"}]


def test_videos_are_filtered_by_status(client, admin):
    make_video()
    ready = make_video(status="ready")

    assert [video["id"] for video in client.get("/admin/uploads?status=ready", auth=admin).json] == [ready]


def test_an_unknown_status_names_its_field(client, admin):
    response = client.get("/admin/uploads?status=lost", auth=admin)

    assert (response.status_code, list(response.json["errors"]["query"])) == (422, ["status"])


def test_a_video_is_returned(client, admin):
    error = {"type": "invalid_input", "messages": ["broken"]}
    video_id = make_video(status="errored", error=error)

    response = client.get(f"/admin/uploads/{video_id}", auth=admin)

    assert (response.status_code, response.json["error"], response.json["lessons"]) == (200, error, [])


def test_an_unknown_video_is_not_found(client, admin):
    assert client.get(f"/admin/uploads/{'0' * 24}", auth=admin).status_code == 404


@pytest.mark.parametrize("who", ["owner", "stranger"])
def test_videos_are_for_admins(client, request, who):
    person = request.getfixturevalue(who)
    paths = ["/admin/uploads", f"/admin/uploads/{make_video()}"]

    assert [client.get(path, auth=person).json["code"] for path in paths] == ["admins_only"] * 2
