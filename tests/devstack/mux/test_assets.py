import mux_python
import pytest


@pytest.fixture
def create_from_url(sdk):
    def create(url="https://samples.test/sample.mp4", **settings):
        request = mux_python.CreateAssetRequest(inputs=[mux_python.InputSettings(url=url)], **settings)
        return sdk.assets.create_asset(request).data

    return create


def test_an_asset_created_from_a_sample_becomes_ready(sdk, create_from_url):
    settings = {"playback_policies": ["public", "signed"], "passthrough": "lesson 1", "video_quality": "plus"}
    created = create_from_url(**settings, meta=mux_python.AssetMetadata(title="A lesson", creator_id="7"))

    found = sdk.assets.get_asset(created.id).data

    assert (created.status, found.status, found.ingest_type) == ("preparing", "ready", "on_demand_url")
    assert [playback_id.policy for playback_id in found.playback_ids] == ["public", "signed"]
    assert (found.passthrough, found.meta.title, found.meta.creator_id) == ("lesson 1", "A lesson", "7")
    assert (found.video_quality, found.duration, found.aspect_ratio) == ("plus", 2.0, "16:9")
    assert [track.type for track in found.tracks] == ["video", "audio"]
    assert (found.progress.state, found.progress.progress) == ("completed", 100)


@pytest.mark.parametrize(
    "url", ["https://samples.test/nothing.mp4", "https://example.com/video.mp4", "file:///etc/passwd"]
)
def test_an_unknown_sample_url_makes_the_asset_errored(mux, sdk, create_from_url, url):
    created = create_from_url(url)

    found = sdk.assets.get_asset(created.id).data
    errored = mux.take_events()[-1]
    assert (found.status, found.errors.type) == ("errored", "invalid_input")
    assert url in found.errors.messages[0]
    assert (errored.type, errored.data["errors"]["type"]) == ("video.asset.errored", "invalid_input")


def test_a_path_outside_the_samples_is_not_a_sample(mux, sdk, create_from_url):
    (mux.context.data_dir / "outside.mp4").write_bytes(mux.sample_video().read_bytes())

    created = create_from_url("https://samples.test/../outside.mp4")

    assert sdk.assets.get_asset(created.id).data.status == "errored"


def test_an_asset_needs_an_input(sdk):
    with pytest.raises(mux_python.exceptions.ApiException) as error:
        sdk.assets.create_asset(mux_python.CreateAssetRequest(playback_policies=["signed"]))

    assert error.value.status == 400


def test_assets_are_listed_newest_first_by_page_and_by_cursor(sdk, create_from_url):
    ids = [create_from_url().id for _ in range(3)]

    first = sdk.assets.list_assets(limit=2)
    second = sdk.assets.list_assets(limit=2, cursor=first.next_cursor)

    assert [asset.id for asset in first.data] == [ids[2], ids[1]]
    assert [asset.id for asset in second.data] == [ids[0]]
    assert second.next_cursor is None
    assert [asset.id for asset in sdk.assets.list_assets(limit=2, page=2).data] == [ids[0]]


def test_a_cursor_keeps_its_position_when_assets_are_added_and_deleted(sdk, create_from_url):
    ids = [create_from_url().id for _ in range(5)]
    first = sdk.assets.list_assets(limit=2)
    sdk.assets.delete_asset(ids[4])
    sdk.assets.delete_asset(ids[3])
    create_from_url()

    second = sdk.assets.list_assets(limit=2, cursor=first.next_cursor)

    assert [asset.id for asset in second.data] == [ids[2], ids[1]]
    assert [asset.id for asset in sdk.assets.list_assets(limit=2, cursor=second.next_cursor).data] == [ids[0]]


@pytest.mark.parametrize("cursor", ["2", "x", "!!", "", "YWZ0ZXI6Mg"])
def test_an_invalid_cursor_is_rejected(sdk, cursor):
    with pytest.raises(mux_python.exceptions.ApiException) as error:
        sdk.assets.list_assets(cursor=cursor)

    assert error.value.status == 400


def test_assets_are_filtered_by_upload(sdk, asset, create_from_url):
    create_from_url()

    found = sdk.assets.list_assets(upload_id=asset.upload_id).data

    assert [each.id for each in found] == [asset.id]


def test_passthrough_and_meta_can_be_updated(mux, sdk, asset):
    mux.take_events()
    meta = mux_python.AssetMetadata(title="Better")

    changed = sdk.assets.update_asset(asset.id, mux_python.UpdateAssetRequest(passthrough="new", meta=meta)).data

    assert (changed.passthrough, changed.meta.title) == ("new", "Better")
    assert sdk.assets.get_asset(asset.id).data.passthrough == "new"
    assert [(event.type, event.data["passthrough"]) for event in mux.take_events()] == [("video.asset.updated", "new")]


def test_a_deleted_asset_is_gone_with_its_playback_ids_and_files(mux, sdk, upload):
    mux.put_video(upload.url, mux.sample_video())
    asset = sdk.assets.list_assets().data[0]
    mux.take_events()

    sdk.assets.delete_asset(asset.id)

    assert [event.type for event in mux.take_events()] == ["video.asset.deleted"]
    assert not mux.context.media(asset.id).exists()
    with pytest.raises(mux_python.exceptions.NotFoundException):
        sdk.assets.get_asset(asset.id)
    with pytest.raises(mux_python.exceptions.NotFoundException):
        sdk.playback_ids.get_asset_or_livestream_id(asset.playback_ids[0].id)


def test_an_asset_that_is_preparing_cannot_be_deleted(mux, sdk, create_from_url):
    mux.pause_encoding()
    created = create_from_url()

    with pytest.raises(mux_python.exceptions.ApiException) as error:
        sdk.assets.delete_asset(created.id)
    assert error.value.status == 400

    mux.resume_encoding()
    sdk.assets.delete_asset(created.id)


def test_deleting_while_preparing_can_be_allowed(mux, sdk, create_from_url):
    mux.pause_encoding()
    created = create_from_url()
    mux.misbehave(delete_while_preparing=True)

    sdk.assets.delete_asset(created.id)
    mux.resume_encoding()

    assert [event.type for event in mux.take_events()] == ["video.asset.created", "video.asset.deleted"]


def test_a_playback_id_can_be_added_found_and_removed(mux, sdk, asset):
    mux.take_events()
    added = sdk.assets.create_asset_playback_id(asset.id, mux_python.CreatePlaybackIDRequest(policy="public")).data

    owner = sdk.playback_ids.get_asset_or_livestream_id(added.id).data
    assert (added.policy, owner.object.id, owner.object.type) == ("public", asset.id, "asset")
    assert sdk.assets.get_asset_playback_id(asset.id, added.id).data.policy == "public"

    sdk.assets.delete_asset_playback_id(asset.id, added.id)
    assert [each.id for each in sdk.assets.get_asset(asset.id).data.playback_ids] == [asset.playback_ids[0].id]
    assert [event.type for event in mux.take_events()] == ["video.asset.updated", "video.asset.updated"]


def test_the_input_of_an_asset_can_be_read(sdk, create_from_url):
    created = create_from_url("https://samples.test/silent.mp4")

    assert sdk.assets.get_asset_input_info(created.id).data[0].settings.url == "https://samples.test/silent.mp4"


def test_deprecated_field_names_are_accepted(sdk):
    request = {"input": "https://samples.test/sample.mp4", "playback_policy": "public"}

    created = sdk.assets.create_asset(request).data

    assert [playback_id.policy for playback_id in created.playback_ids] == ["public"]
    assert sdk.assets.get_asset(created.id).data.status == "ready"


def test_a_warning_can_be_sent(mux, asset):
    mux.take_events()

    mux.emit("video.asset.warning", asset.id)

    assert [(event.type, event.data["id"]) for event in mux.take_events()] == [("video.asset.warning", asset.id)]
