import pytest
import requests


@pytest.fixture
def press():
    """Return a function that presses a button of a session's page."""

    def press(session, **form):
        return requests.post(session.url, data=form, allow_redirects=False, timeout=10)

    return press


def test_the_page_shows_what_is_to_be_paid(checkout):
    page = requests.get(checkout(6800, "jpy").url, timeout=10)

    assert "Pay 6800 JPY" in page.text
    assert "Rocks" in page.text


def test_paying_leads_back_to_the_shop(stripe, checkout, press):
    session = checkout()

    answer = press(session, card="pays", name="Ada", email="ada@example.com")

    assert (answer.status_code, answer.headers["Location"]) == (
        303,
        f"https://school.example/done?session_id={session.id}",
    )
    assert stripe.take_events()[-1].data["object"]["customer_details"]["email"] == "ada@example.com"


def test_a_declined_card_is_said(checkout, press):
    answer = press(checkout(), card="declined")

    assert (answer.status_code, "declined" in answer.text) == (402, True)


@pytest.mark.parametrize(("action", "status", "state"), [("confirm", 303, "complete"), ("refuse", 402, "open")])
def test_3d_secure_asks_first(sdk, checkout, press, action, status, state):
    session = checkout()
    assert "Your bank asks" in press(session, card="secure").text

    assert press(session, card="secure", action=action).status_code == status
    assert sdk.checkout.sessions.retrieve(session.id).status == state


def test_a_page_that_was_paid_takes_no_more(stripe, checkout, press):
    session = checkout()
    press(session, card="pays")

    assert press(session, card="pays").status_code == 410
    assert stripe.books()["eur"]["charged"] == 4900


def test_an_unknown_choice_is_refused(checkout, press):
    assert press(checkout(), card="gold").status_code == 400
