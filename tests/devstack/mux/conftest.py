import base64
import time
from types import SimpleNamespace

import jwt
import mux_python
import pytest
import urllib3

from devstack.mux import Emulator
from tests.devstack.receiver import Receiver

UPLOAD_EVENTS = ["video.upload.created", "video.upload.asset_created", "video.asset.created", "video.asset.ready"]


@pytest.fixture(scope="session")
def fast_emulator(tmp_path_factory):
    with Emulator(tmp_path_factory.mktemp("fast mux"), fast=True) as emulator:
        yield emulator


@pytest.fixture
def mux(fast_emulator):
    """An emulator that does not encode; it is reset after each test."""
    yield fast_emulator
    fast_emulator.reset()


@pytest.fixture(scope="session")
def encoding_emulator(tmp_path_factory):
    with Emulator(tmp_path_factory.mktemp("real mux")) as emulator:
        yield emulator


@pytest.fixture
def real_mux(encoding_emulator):
    """An emulator that encodes."""
    yield encoding_emulator
    encoding_emulator.reset()


@pytest.fixture
def make_sdk():
    """Connect Mux's own SDK to an emulator."""
    clients = []

    def connect(emulator, **changes):
        environment = emulator.environment() | changes
        configuration = mux_python.Configuration(
            host=environment["MUX_API_URL"],
            username=environment["MUX_TOKEN_ID"],
            password=environment["MUX_TOKEN_SECRET"],
        )
        configuration.retries = False
        client = mux_python.ApiClient(configuration)
        clients.append(client)
        return SimpleNamespace(
            uploads=mux_python.DirectUploadsApi(client),
            assets=mux_python.AssetsApi(client),
            keys=mux_python.SigningKeysApi(client),
            playback_ids=mux_python.PlaybackIDApi(client),
        )

    yield connect
    for client in clients:
        client.close()


@pytest.fixture
def sdk(mux, make_sdk):
    return make_sdk(mux)


@pytest.fixture
def make_upload():
    """Create a direct upload; keyword arguments are its asset settings."""

    def create(sdk, *, timeout=3600, cors_origin=None, test=None, **settings):
        settings = {"playback_policies": ["signed"]} | settings
        request = mux_python.CreateUploadRequest(
            timeout=timeout,
            cors_origin=cors_origin,
            test=test,
            new_asset_settings=mux_python.CreateAssetRequest(**settings),
        )
        return sdk.uploads.create_direct_upload(request).data

    return create


@pytest.fixture
def upload(sdk, make_upload):
    return make_upload(sdk)


@pytest.fixture
def asset(mux, sdk, upload):
    """A ready asset with a signed playback id."""
    return sdk.assets.get_asset(mux.make_ready(upload.id)).data


@pytest.fixture
def http():
    with urllib3.PoolManager(retries=False) as pool:
        yield pool


def make_token(emulator, playback_id, audience, *, expires_in=60, header=None, **claims):
    environment = emulator.environment()
    payload = {"sub": playback_id, "aud": audience, "exp": int(time.time()) + expires_in}
    payload |= {"kid": environment["MUX_SIGNING_KEY_ID"]} | claims
    pem = base64.b64decode(environment["MUX_SIGNING_PRIVATE_KEY"])
    return jwt.encode({k: v for k, v in payload.items() if v is not None}, pem, algorithm="RS256", headers=header)


@pytest.fixture(scope="session")
def receiving_server():
    with Receiver() as receiver:
        yield receiver


@pytest.fixture
def receiver(receiving_server):
    receiving_server.reset()
    return receiving_server


@pytest.fixture(scope="session")
def posting_emulator(tmp_path_factory, receiving_server):
    directory = tmp_path_factory.mktemp("posting mux")
    with Emulator(directory, fast=True, webhook_url=receiving_server.url, attempt_timeout=0.5) as emulator:
        yield emulator


@pytest.fixture
def posting_mux(posting_emulator, receiver):
    """An emulator that posts its events to `receiver`."""
    yield posting_emulator
    posting_emulator.reset()


@pytest.fixture
def posting_sdk(posting_mux, make_sdk):
    return make_sdk(posting_mux)


@pytest.fixture
def upload_events(posting_mux, posting_sdk, make_upload):
    """Trigger the four events of a successful upload."""

    def trigger():
        return posting_mux.make_ready(make_upload(posting_sdk).id)

    return trigger
