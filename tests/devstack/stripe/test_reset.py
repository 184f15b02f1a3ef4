"""The emulator that tests of the application share: emptied between them, with and without a URL for its events."""

import requests


def test_a_reset_emulator_is_empty(stripe, sdk, paid):
    _, charge = paid()
    sdk.refunds.create({"charge": charge.id, "amount": 100}, {"idempotency_key": "refund-1"})
    stripe.misbehave(duplicate=1)
    stripe.advance(3600)

    stripe.reset()

    assert (stripe.books(), stripe.events(), sdk.checkout.sessions.list().data) == ({}, [], [])
    assert stripe.context.behavior.duplicate == 0
    assert stripe.take_events() == []


def test_events_are_posted_where_they_are_wanted(stripe, receiver, paid):
    paid()
    stripe.post_to(receiver.url)
    assert "checkout.session.completed" in receiver.types(4)
    stripe.flush()

    stripe.post_to(None)
    paid()

    assert {event["state"] for event in stripe.events()} == {"delivered", "held"}


def test_events_that_waited_are_held_once_they_have_no_url(stripe, receiver, paid):
    stripe.misbehave(delay=3600)
    stripe.post_to(receiver.url)
    paid()

    stripe.post_to(None)

    assert len(stripe.take_events()) == 4


def test_an_event_that_a_test_has_posted_counts_as_delivered(stripe, sdk, paid):
    paid()
    first, *others = stripe.take_events()

    stripe.note_delivery(first.id)
    stripe.note_delivery("evt_unknown")

    undelivered = sdk.events.list({"delivery_success": False}).data
    assert {each.id for each in undelivered} == {each.id for each in others}


def test_another_process_resets_it_with_the_key(stripe, paid):
    paid()
    key = stripe.environment()["STRIPE_SECRET_KEY"]

    def reset(key):
        return requests.post(f"{stripe.url}/_emulator/reset", auth=(key, ""), timeout=10).status_code

    assert (reset("sk_test_other"), stripe.events() == []) == (401, False)
    assert (reset(key), stripe.events()) == (200, [])
