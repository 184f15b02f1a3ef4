"""The page for unsubscribing, as a browser without JavaScript uses it."""

import re
from html import unescape
from urllib.parse import urlsplit

import pytest
from sqlalchemy import update

from learnstream.documents.notification import NoticeKind
from learnstream.models import User
from learnstream.models.mail import MailMode
from learnstream.services.messaging.choices import choices, unsubscribing
from learnstream.services.messaging.choices.unsubscribing import DAILY
from learnstream.stores.sql import db
from tests.blueprints.messaging.preference.conftest import choose, read

__all__ = ["choose", "read"]

pytestmark = pytest.mark.usefixtures("mail_configured")


@pytest.fixture
def link(learner):
    """Return a function that returns the path of a link of the learner's."""

    def link(scope=NoticeKind.ANNOUNCEMENT):
        url = urlsplit(unsubscribing.url(db.session.get(User, learner.id), scope))
        return f"{url.path}?{url.query}"

    return link


@pytest.fixture
def modes(learner):
    """Return a function that returns how each kind is mailed to the learner."""

    def modes():
        return {kind.value: choices.mail_mode([learner.id], kind)[learner.id].value for kind in NoticeKind}

    return modes


def submit(client, page, number=0):
    """Click a button of a page."""
    form = re.findall(r'<form method="post" action="([^"]*)">(.*?)</form>', page.text, re.DOTALL)[number]
    hidden = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form[1])
    return client.post(unescape(form[0]), data={name: unescape(value) for name, value in hidden})


def test_the_button_stops_the_mails_of_the_kind(client, link, modes):
    before = modes()

    page = client.get(link())
    done = submit(client, page)

    assert (page.status_code, done.status_code) == (200, 200)
    assert "announcements" in page.text
    assert 'role="status"' in done.text
    assert modes() == before | {"announcement": "never"}
    assert submit(client, page).status_code == 200
    assert modes() == before | {"announcement": "never"}


def test_another_button_stops_all_optional_mails_and_nothing_in_the_application(client, choose, link, read, learner):
    choose(learner, announcement=(False, "daily"), seat_given=(True, "at_once"), due_tomorrow=(False, "at_once"))

    submit(client, client.get(link()), 1)

    shown = read(learner)
    assert {mail for _, mail in shown.values()} == {"never"}
    assert {kind for kind, (in_app, _) in shown.items() if not in_app} == {"announcement", "due_tomorrow"}


def test_all_can_be_stopped_after_one_kind_was(client, link, modes):
    page = submit(client, client.get(link()))
    submit(client, page)

    assert set(modes().values()) == {"never"}


def test_the_link_of_a_daily_mail_stops_what_is_mailed_daily(client, choose, link, modes, learner):
    choose(learner, announcement=(True, "daily"))
    before = modes()

    page = client.get(link(DAILY))
    submit(client, page)

    daily = {kind for kind, mode in before.items() if mode == "daily"}
    assert daily >= {"announcement", "course_version"}
    assert modes() == before | dict.fromkeys(daily, "never")
    assert submit(client, page).status_code == 200


def test_preferences_that_were_read_before_do_not_undo_it(client, choose, link, learner):
    tag = choose(learner, announcement=(True, "daily")).headers["ETag"]

    submit(client, client.get(link()))

    late = choose(learner, announcement=(True, "daily"), headers={"If-Match": tag})
    assert late.status_code == 412


def test_enrolling_anew_does_not_undo_it(client, course, link, modes, learner):
    submit(client, client.get(link()))

    assert client.delete(f"/courses/{course.id}/enroll", auth=learner).status_code == 204
    assert client.post(f"/courses/{course.id}/enroll", auth=learner).status_code == 201

    assert modes()["announcement"] == "never"


def test_a_link_to_a_former_address_is_not_valid(client, link, modes, learner):
    page, path, before = client.get(link()), link(), modes()
    db.session.execute(update(User).where(User.id == learner.id).values(email="lea@school.test"))
    db.session.commit()

    for answer in (client.get(path), client.post(path), submit(client, page)):
        assert (answer.status_code, answer.mimetype) == (400, "text/html")
    assert modes() == before


@pytest.mark.parametrize(
    "change",
    [
        lambda token: "",
        lambda token: token[:-1],
        lambda token: token.replace("announcement", "seat_given"),
        lambda token: "9" + token,
        lambda token: token + "\x00",
        lambda token: "x" * 5000,
        lambda token: "ü" * 10,
    ],
)
def test_a_link_that_was_not_signed_is_not_valid(client, link, modes, change):
    token, before = link().partition("token=")[2], modes()

    for answer in (
        client.get("/unsubscribe", query_string={"token": change(token)}),
        client.post("/unsubscribe", data={"token": change(token)}),
        client.post("/unsubscribe", data={"token": change(token), "everything": "true"}),
    ):
        assert answer.status_code == 400
    assert modes() == before


def test_a_kind_of_another_release_can_be_stopped(client, link, separate_session, learner):
    done = submit(client, client.get(link("payment_received")))

    assert done.status_code == 200
    assert choices.chosen([learner.id], ["payment_received"])[learner.id]["payment_received"].mail is MailMode.NEVER


def test_the_page_speaks_portuguese(client, link):
    page = client.get(link(), headers={"Accept-Language": "pt-BR"})

    assert "sobre avisos?" in page.text
    assert page.headers["Content-Language"] == "pt-BR"


def test_pages_are_kept_out_of_caches(client, link):
    assert client.get(link()).headers["Cache-Control"] == "no-store"
