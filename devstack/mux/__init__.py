r"""Mux on this machine: a small HTTP service that keeps Mux's contract, for the local stack and the tests.

The API is at the emulator's URL, the stream host under `/stream`, the image host under `/image`. Mux's SDK talks to it,
a file PUT to an upload's URL becomes HLS, events are posted signed, and nothing signed is served without its token.

In a test, which takes the events out and posts them itself, in any order and as often as it likes:

    with Emulator(tmp_path, fast=True) as mux:
        app = create_app(mux.environment())
        …                                       # the application creates an upload
        mux.put_video(url, mux.sample_video())  # or mux.make_ready(upload_id)
        for event in mux.take_events():
            client.post("/webhooks/mux", data=event.body, headers=mux.sign(event.body))

In a process of its own, `python -m devstack.mux`, steered over HTTP with the API's access token:

    curl -u $MUX_TOKEN_ID:$MUX_TOKEN_SECRET -H 'Content-Type: application/json' \
        $MUX_API_URL/_emulator/misbehave -d '{"duplicate": 1, "api": {"kind": "status", "status": 503, "times": 2}}'

What it can do wrong stands in `behaviour`, what else can be steered in `control` and `remote`. Videos by URL come from
`https://samples.test/<name>`: the names in `samples`, and every file put into the data directory's `samples`.

It does without live streams, DRM, playback restrictions, further audio tracks and Mux Data.
"""

from devstack.mux.behaviour import ApiFault
from devstack.mux.emulator import Emulator
from devstack.mux.events import Event

__all__ = ["ApiFault", "Emulator", "Event"]
