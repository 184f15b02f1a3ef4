"""The emulator as a separate process, and its restart after a kill."""

import json
import os
import signal
import stat
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest
import requests

from devstack.mux import Emulator

ROOT = Path(__file__).parents[3]


@contextmanager
def run_emulator(data_dir, *options):
    """Yield the emulator's process, and the line it prints when it is ready."""
    command = [sys.executable, "-m", "devstack.mux", "--data-dir", str(data_dir), *options]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process, json.loads(process.stdout.readline())
        finally:
            process.kill()


def remote_emulator(environment):
    """Return an emulator in another process, as far as `make_sdk` needs it."""
    return SimpleNamespace(environment=lambda: environment)


def test_the_process_prints_its_url_and_writes_the_environment(tmp_path):
    data_dir = tmp_path / "a place with spaces"

    with run_emulator(data_dir, "--webhook-secret", "known") as (process, ready):
        path = Path(ready["environment"])
        environment = json.loads(path.read_text())
        auth = (environment["MUX_TOKEN_ID"], environment["MUX_TOKEN_SECRET"])
        response = requests.get(f"{environment['MUX_API_URL']}/video/v1/assets", auth=auth, timeout=10)

    assert (ready["ready"], ready["pid"], path) == (True, process.pid, data_dir / "environment.json")
    assert {stat.S_IMODE(file.stat().st_mode) for file in data_dir.iterdir()} == {0o600}
    assert (response.status_code, environment["MUX_WEBHOOK_SECRETS"]) == (200, "known")
    assert environment.keys() == {
        *("MUX_TOKEN_ID", "MUX_TOKEN_SECRET", "MUX_WEBHOOK_SECRETS", "MUX_SIGNING_KEY_ID"),
        *("MUX_SIGNING_PRIVATE_KEY", "MUX_API_URL", "MUX_STREAM_URL", "MUX_IMAGE_URL"),
    }


@pytest.mark.parametrize("signal_number", [signal.SIGTERM, signal.SIGINT])
def test_the_process_stops_on_a_signal(tmp_path, signal_number):
    with run_emulator(tmp_path) as (process, _):
        os.kill(process.pid, signal_number)

        assert process.wait(10) == 0


def test_a_killed_process_keeps_its_data(tmp_path, make_sdk, make_upload):
    with run_emulator(tmp_path) as (process, ready):
        before = json.loads(Path(ready["environment"]).read_text())
        upload = make_upload(make_sdk(remote_emulator(before)), passthrough="lesson 1")
        process.send_signal(signal.SIGKILL)
        process.wait(10)

    with run_emulator(tmp_path) as (_, ready):
        after = json.loads(Path(ready["environment"]).read_text())
        found = make_sdk(remote_emulator(after)).uploads.get_direct_upload(upload.id).data

    assert (found.status, found.new_asset_settings.passthrough) == ("waiting", "lesson 1")
    addresses = {"MUX_API_URL", "MUX_STREAM_URL", "MUX_IMAGE_URL"}
    assert {k: v for k, v in after.items() if k not in addresses} == {
        k: v for k, v in before.items() if k not in addresses
    }


def test_an_interrupted_encoding_continues_after_a_restart(tmp_path, make_sdk, make_upload):
    with Emulator(tmp_path) as emulator:
        emulator.pause_encoding()
        upload = make_upload(make_sdk(emulator))
        emulator.put_video(upload.url, emulator.sample_video())

    with Emulator(tmp_path) as emulator:
        emulator.settle()
        asset = make_sdk(emulator).assets.list_assets(upload_id=upload.id).data[0]

    assert (asset.status, asset.duration) == ("ready", 2.0)


def test_an_undelivered_event_is_delivered_after_a_restart(tmp_path, receiver, make_sdk, make_upload):
    receiver.statuses = [500]
    with Emulator(tmp_path, webhook_url=receiver.url) as emulator:
        make_upload(make_sdk(emulator))
        receiver.wait_for(1)

    with Emulator(tmp_path, webhook_url=receiver.url) as emulator:
        emulator.flush()

    first, second = receiver.wait_for(2)
    assert first["id"] == second["id"]


def test_an_event_held_before_a_restart_is_delivered(tmp_path, receiver, make_sdk, make_upload):
    with Emulator(tmp_path, webhook_url=receiver.url) as emulator:
        emulator.hold()
        make_upload(make_sdk(emulator))

    with Emulator(tmp_path, webhook_url=receiver.url):
        assert receiver.types(1) == ["video.upload.created"]


def test_a_resumable_upload_continues_after_a_restart(tmp_path, http, make_sdk, make_upload):
    with Emulator(tmp_path) as emulator:
        upload = make_upload(make_sdk(emulator))
        video = emulator.sample_video().read_bytes()
        http.request("PUT", upload.url, body=video[:1000], headers={"Content-Range": f"bytes 0-999/{len(video)}"})

    with Emulator(tmp_path) as emulator:
        url = upload.url.replace(origin_of(upload.url), emulator.url)
        headers = {"Content-Range": f"bytes 1000-{len(video) - 1}/{len(video)}"}
        assert http.request("PUT", url, body=video[1000:], headers=headers).status == 200
        emulator.settle()
        assert make_sdk(emulator).uploads.get_direct_upload(upload.id).data.status == "asset_created"


def origin_of(url):
    return "/".join(url.split("/")[:3])


def test_an_emulator_without_a_directory_removes_its_files():
    with Emulator() as emulator:
        directory = emulator.context.data_dir
        assert directory.exists()

    assert not directory.exists()
