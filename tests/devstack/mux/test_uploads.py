import mux_python
import pytest


def test_an_upload_waits_for_its_bytes(mux, sdk, make_upload):
    upload = make_upload(sdk, cors_origin="https://app.example.com", timeout=600, passthrough="lesson 1")

    found = sdk.uploads.get_direct_upload(upload.id).data

    assert (found.status, found.timeout, found.cors_origin) == ("waiting", 600, "https://app.example.com")
    assert found.url.startswith(mux.url)
    assert found.new_asset_settings.passthrough == "lesson 1"
    assert found.asset_id is None


def test_uploads_are_listed_newest_first_in_pages(sdk, make_upload):
    ids = [make_upload(sdk).id for _ in range(3)]

    pages = [sdk.uploads.list_direct_uploads(limit=2, page=page).data for page in (1, 2)]

    assert [[upload.id for upload in page] for page in pages] == [[ids[2], ids[1]], [ids[0]]]


def test_an_uploaded_file_becomes_an_asset(mux, sdk, upload):
    status = mux.put_video(upload.url, mux.sample_video())

    upload = sdk.uploads.get_direct_upload(upload.id).data
    assert (status, upload.status, upload.url) == (200, "asset_created", None)
    assert sdk.assets.get_asset(upload.asset_id).data.upload_id == upload.id


def test_a_waiting_upload_can_be_canceled(mux, sdk, upload):
    cancelled = sdk.uploads.cancel_direct_upload(upload.id).data

    assert cancelled.status == "cancelled"
    assert sdk.uploads.get_direct_upload(upload.id).data.status == "cancelled"
    assert [event.type for event in mux.take_events()] == ["video.upload.created", "video.upload.cancelled"]


def test_an_upload_with_an_asset_cannot_be_canceled(mux, sdk, upload):
    mux.make_ready(upload.id)

    with pytest.raises(mux_python.exceptions.ForbiddenException):
        sdk.uploads.cancel_direct_upload(upload.id)


def test_an_abandoned_upload_times_out_without_an_event(mux, sdk, make_upload):
    upload = make_upload(sdk, timeout=60)
    mux.take_events()

    mux.advance(61)

    assert sdk.uploads.get_direct_upload(upload.id).data.status == "timed_out"
    assert mux.put_video(upload.url, mux.sample_video()) == 410
    assert mux.take_events() == []


def test_a_canceled_upload_accepts_no_bytes(mux, sdk, upload):
    sdk.uploads.cancel_direct_upload(upload.id)

    assert mux.put_video(upload.url, mux.sample_video()) == 410
    assert sdk.assets.list_assets().data == []


REFUSED = {
    "timeout too short": ("timeout", {"timeout": 59}),
    "timeout too long": ("timeout", {"timeout": 604_801}),
    "passthrough": ("passthrough", {"new_asset_settings": {"passthrough": "x" * 256}}),
    "title": ("title", {"new_asset_settings": {"meta": {"title": "x" * 513}}}),
    "policy": ("playback policy", {"new_asset_settings": {"playback_policies": ["secret"]}}),
    "policies": ("playback_policies", {"new_asset_settings": {"playback_policies": 1}}),
    "inputs": ("inputs", {"new_asset_settings": {"inputs": ["x"]}}),
    "language": ("xx", {"new_asset_settings": {"inputs": [{"generated_subtitles": [{"language_code": "xx"}]}]}}),
    "list": ("object", []),
}


@pytest.mark.parametrize(("field", "request_body"), REFUSED.values(), ids=REFUSED)
def test_an_invalid_upload_request_names_the_field(sdk, field, request_body):
    with pytest.raises(mux_python.exceptions.ApiException) as error:
        sdk.uploads.create_direct_upload(request_body)

    assert error.value.status == 400
    assert field in error.value.body
    assert '"invalid_parameters"' in error.value.body


def test_an_unknown_upload_is_not_found(sdk):
    with pytest.raises(mux_python.exceptions.NotFoundException) as error:
        sdk.uploads.get_direct_upload("nothing")

    assert '"not_found"' in error.value.body


@pytest.mark.parametrize("change", [{"MUX_TOKEN_ID": "x"}, {"MUX_TOKEN_SECRET": "x"}], ids=["id", "secret"])
def test_a_wrong_access_token_is_unauthorized(mux, make_sdk, change):
    with pytest.raises(mux_python.exceptions.UnauthorizedException) as error:
        make_sdk(mux, **change).uploads.list_direct_uploads()

    assert '"unauthorized"' in error.value.body
