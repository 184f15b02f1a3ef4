"""The page on which a bank decides debits and disputes payments."""

import pytest
import requests


@pytest.fixture
def bank(stripe):
    """Return a function that opens the bank's page of a session, or does something on it."""

    def bank(session, act=None):
        url = f"{stripe.url}/bank/{session.id}"
        form = {"data": {"act": act}} if act else {}
        return requests.request("POST" if act else "GET", url, timeout=10, **form)

    return bank


def test_a_debit_is_carried_out(stripe, sdk, checkout, bank):
    session = checkout()
    stripe.pay(session.id, "debit")

    assert "Refuse the debit" in bank(session).text
    assert "is paid" in bank(session, "pay").text
    assert sdk.checkout.sessions.retrieve(session.id).payment_status == "paid"


def test_a_debit_is_refused(stripe, sdk, checkout, bank):
    session = checkout()
    stripe.pay(session.id, "debit")

    assert "nothing for the bank to do" not in bank(session, "refuse").text
    assert sdk.checkout.sessions.retrieve(session.id).payment_status == "unpaid"


def test_a_payment_is_disputed_and_the_dispute_decided(stripe, sdk, checkout, bank):
    session = checkout()
    stripe.pay(session.id)
    for act, status in (("dispute", "needs_response"), ("lost", "lost"), ("won", "won"), ("lost", "lost")):
        assert f"its dispute {status}" in bank(session, act).text
        [dispute] = sdk.disputes.list().data
        assert dispute.status == status


@pytest.mark.parametrize("act", ["pay", "refuse", "dispute", "won", "nonsense"])
def test_what_is_not_possible_is_refused(checkout, bank, act):
    session = checkout()

    assert bank(session, act).status_code == 409
    assert "nothing for the bank to do" in bank(session).text


def test_the_pay_page_of_a_paid_session_leads_there(stripe, checkout, bank):
    session = checkout()
    stripe.pay(session.id)

    assert f'href="/bank/{session.id}"' in requests.get(session.url, timeout=10).text
