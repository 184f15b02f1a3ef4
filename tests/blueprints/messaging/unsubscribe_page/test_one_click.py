"""Unsubscribing by a mail program, which knows the mail alone: its headers, as RFC 2369 and RFC 8058 define them."""

import re
from urllib.parse import urlsplit

import pytest
import requests

from learnstream.models.mail import MailTemplate
from learnstream.services.messaging import mails, sending
from learnstream.services.messaging.choices import choices
from learnstream.stores.sql import db


@pytest.fixture
def mailed(served, mailbox, app, monkeypatch, learner):
    """A notification as the mail catcher has got it."""
    settings = mailbox.environment() | {"PUBLIC_URL": served}
    for name, value in settings.items():
        monkeypatch.setitem(app.config, name, value)
    mails.request(
        MailTemplate.NOTIFICATION,
        cause="test:1",
        address=learner.email,
        user_id=learner.id,
        kind="announcement",
        notices=["Announcement in “Stars”: Telescopes"],
    )
    db.session.commit()
    sending.send_due()
    return mailbox.wait_for(to=learner.email)


def one_click(mail):
    """Do what a mail program does when its user clicks its button."""
    headers = {name.lower(): value for name, value in mail["headers"]}
    assert headers["list-unsubscribe-post"] == "List-Unsubscribe=One-Click"
    [url] = re.findall(r"<(https?://[^>]+)>", headers["list-unsubscribe"])
    name, value = headers["list-unsubscribe-post"].split("=")
    return requests.post(url, data={name: value}, allow_redirects=False, timeout=10)


def test_one_click_stops_the_mails_of_the_kind_and_no_others(mailed, learner):
    answers = [one_click(mailed) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    db.session.rollback()
    modes = {kind: choices.mail_mode([learner.id], kind)[learner.id] for kind in ("announcement", "seat_given")}
    assert modes == {"announcement": "never", "seat_given": "at_once"}
    # What is told in the application is another choice.
    assert choices.of([learner.id], "announcement")[learner.id].in_app


def test_a_mail_program_may_send_a_form_of_many_parts(mailed, learner):
    headers = {name.lower(): value for name, value in mailed["headers"]}
    form = {"List-Unsubscribe": (None, "One-Click")}

    assert requests.post(headers["list-unsubscribe"].strip("<>"), files=form, timeout=10).status_code == 200

    db.session.rollback()
    assert choices.mail_mode([learner.id], "announcement")[learner.id] == "never"


def test_opening_the_link_changes_nothing(mailed, learner):
    [url] = re.findall(r"Unsubscribe:\n(\S+)", mailed["text"])
    for method in ("GET", "HEAD"):
        assert requests.request(method, url, timeout=10).status_code == 200

    db.session.rollback()
    assert choices.mail_mode([learner.id], "announcement")[learner.id] == "at_once"
    assert urlsplit(url).path == "/unsubscribe"
