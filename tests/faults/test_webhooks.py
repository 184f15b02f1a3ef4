"""Webhooks while a store is away: the video service sends again what it was not thanked for."""

import json
from uuid import uuid4

import pytest


@pytest.fixture
def send(call, mux_emulator):
    """Post an event nobody has seen before, as the video service would."""

    def send():
        body = json.dumps({"id": str(uuid4()), "type": "video.live_stream.active"}).encode()
        return call("POST", "/webhooks/mux", data=body, headers=mux_emulator.sign(body))

    return send


@pytest.mark.parametrize("store", ["postgres", "redis"])
def test_webhooks_are_taken_without(send, outage, store):
    assert send().status_code == 200

    outage(store)

    assert send().status_code == 200


def test_webhooks_are_sent_again_after_an_outage_of_mongodb(send, outage, recovers):
    outage("mongodb")

    assert send().status_code == 503
    recovers("mongodb", send, 200)
