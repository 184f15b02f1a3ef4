r"""Mux on this machine: a small HTTP service that implements Mux's contract, for the local stack and the tests.

The API is at the emulator's URL, the stream host under `/stream`, the image host under `/image`. Mux's SDK works with
it, a file PUT to an upload's URL becomes HLS, events are signed and posted, and signed media need their token.

In a test that takes the events and posts them itself, in any order and any number of times:

    with Emulator(tmp_path, fast=True) as mux:
        app = create_app(mux.environment())
        …                                       # the application creates an upload
        mux.put_video(url, mux.sample_video())  # or mux.make_ready(upload_id)
        for event in mux.take_events():
            client.post("/webhooks/mux", data=event.body, headers=mux.sign(event.body))

As a separate process, `python -m devstack.mux`, controlled over HTTP with the API's access token:

    curl -u $MUX_TOKEN_ID:$MUX_TOKEN_SECRET -H 'Content-Type: application/json' \
        $MUX_API_URL/_emulator/misbehave -d '{"duplicate": 1, "api": {"kind": "status", "status": 503, "times": 2}}'

`MuxBehavior` and `ApiFault` list the possible faults, `control` and `remote` the other controls. Videos by URL come from
`https://samples.test/<name>`: the names in `samples`, and every file in the data directory's `samples`.

Not implemented: live streams, DRM, playback restrictions, additional audio tracks and Mux Data.
"""

from devstack.emulation.behavior import ApiFault
from devstack.emulation.webhooks import Event
from devstack.mux.emulator import Emulator

__all__ = ["ApiFault", "Emulator", "Event"]
