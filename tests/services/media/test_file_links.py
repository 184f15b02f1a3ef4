from datetime import timedelta
from uuid import UUID

import pytest

from learnstream.clock import now
from learnstream.errors.media import FileLinkExpired, FileLinkInvalid
from learnstream.models import Role
from learnstream.policies.views import Caller
from learnstream.services.media import file_links

LESSON, FILE = "6560f3a2c1d4e5f6a7b8c9d2", "6560f3a2c1d4e5f6a7b8c9d3"
CALLER = Caller(id=7, role=Role.STUDENT, session_id=UUID(int=5), issued_at=1773081060.123456)


def link(caller=CALLER, is_draft=False):
    return file_links.new(lesson_id=LESSON, file_id=FILE, is_draft=is_draft, caller=caller)


@pytest.mark.parametrize("given", [(CALLER, False), (CALLER, True), (None, False)])
def test_a_token_says_what_the_link_is(app, given):
    made = link(*given)

    assert file_links.read(file_links.mint(made), file_id=FILE) == made


def test_a_link_of_another_file_is_invalid(app):
    with pytest.raises(FileLinkInvalid):
        file_links.read(file_links.mint(link()), file_id=LESSON)


def test_a_link_expires_after_five_minutes(app, monkeypatch):
    token = file_links.mint(link())
    moment = now()
    monkeypatch.setattr(file_links, "now", lambda: moment + timedelta(minutes=5))

    with pytest.raises(FileLinkExpired):
        file_links.read(token, file_id=FILE)


@pytest.mark.parametrize("change", [lambda t: t[:-1], lambda t: "x" + t, lambda t: t.replace("-7-", "-8-"), str.upper])
def test_a_changed_token_is_invalid(app, change):
    with pytest.raises(FileLinkInvalid):
        file_links.read(change(file_links.mint(link())), file_id=FILE)


@pytest.mark.parametrize("token", ["", ".", "nonsense", "é.é", "\x00", f"{LESSON}-{FILE}-0-1.x", "\ud800"])
def test_nonsense_is_invalid(app, token):
    with pytest.raises(FileLinkInvalid):
        file_links.read(token, file_id=FILE)


def test_a_rotated_key_still_reads_its_links(app, monkeypatch):
    token = file_links.mint(link())
    keys = app.config["JWT_SECRET_KEYS"]
    monkeypatch.setitem(app.config, "JWT_SECRET_KEYS", ["another-key-that-is-long-enough-for-it", *keys])

    assert file_links.read(token, file_id=FILE).lesson_id == LESSON
