from datetime import timedelta

import pytest

from learnstream.clock import now
from learnstream.errors import Unprocessable
from learnstream.services.delivery import viewings

LESSON, VIDEO = "a" * 24, "b" * 24


@pytest.fixture
def session_id(app):
    return viewings.begin(user_id=7, lesson_id=LESSON, video_id=VIDEO)


def read(session_id, user_id=7, lesson_id=LESSON):
    return viewings.read(session_id, user_id=user_id, lesson_id=lesson_id)


def refusal(*args, **kwargs):
    with pytest.raises(Unprocessable) as refused:
        read(*args, **kwargs)
    [message] = refused.value.errors["json"]["session_id"]
    return message


def test_it_tells_what_was_signed(session_id, monkeypatch):
    viewing = read(session_id)

    assert (viewing.user_id, viewing.lesson_id, viewing.video_id) == (7, LESSON, VIDEO)


def test_later_viewings_sort_later(app, session_id, monkeypatch):
    first = read(session_id)
    later = first.began_at.replace(year=2090)
    monkeypatch.setattr(viewings, "now", lambda: later)

    second = read(viewings.begin(user_id=7, lesson_id=LESSON, video_id=VIDEO))

    assert second.began_at == later
    assert second.key > first.key


@pytest.mark.parametrize(("whose", "word"), [({"user_id": 8}, "person"), ({"lesson_id": "c" * 24}, "lesson")])
def test_it_is_worth_nothing_to_others(session_id, whose, word):
    assert refusal(session_id, **whose) == f"It belongs to another {word}."


@pytest.mark.parametrize(("days", "valid"), [(29, True), (31, False)])
def test_it_ends_after_thirty_days(session_id, monkeypatch, days, valid):
    read(session_id)
    later = now() + timedelta(days=days)
    monkeypatch.setattr(viewings, "now", lambda: later)

    assert read(session_id) if valid else "ended" in refusal(session_id)


@pytest.mark.parametrize("forge", [lambda it: "9" + it[1:], lambda it: it[:-1], lambda it: "", lambda it: "1.é"])
def test_a_forged_one_is_refused(session_id, forge):
    assert "as it is" in refusal(forge(session_id))


def test_it_outlives_a_rotation_of_keys(app, session_id, monkeypatch):
    monkeypatch.setitem(app.config, "JWT_SECRET_KEYS", ["n" * 40, *app.config["JWT_SECRET_KEYS"]])
    assert read(session_id).user_id == 7

    viewings.recognised.clear()
    monkeypatch.setitem(app.config, "JWT_SECRET_KEYS", ["n" * 40])
    assert refusal(session_id)
