from datetime import timedelta

import pytest

from learnstream.clock import now
from learnstream.errors import Unprocessable
from learnstream.services.delivery import viewings

LESSON, VIDEO = "a" * 24, "b" * 24


@pytest.fixture
def viewing_id(app):
    return viewings.begin(user_id=7, lesson_id=LESSON, video_id=VIDEO)


def read(viewing_id, user_id=7, lesson_id=LESSON):
    return viewings.read(viewing_id, user_id=user_id, lesson_id=lesson_id)


def error_message(*args, **kwargs):
    with pytest.raises(Unprocessable) as rejected:
        read(*args, **kwargs)
    [message] = rejected.value.errors["json"]["viewing_id"]
    return message


def test_reading_a_viewing_returns_what_was_signed(viewing_id, monkeypatch):
    viewing = read(viewing_id)

    assert (viewing.user_id, viewing.lesson_id, viewing.video_id) == (7, LESSON, VIDEO)


def test_later_viewings_sort_later(app, viewing_id, monkeypatch):
    first = read(viewing_id)
    later = first.began_at.replace(year=2090)
    monkeypatch.setattr(viewings, "now", lambda: later)

    second = read(viewings.begin(user_id=7, lesson_id=LESSON, video_id=VIDEO))

    assert second.began_at == later
    assert second.key > first.key


@pytest.mark.parametrize(("whose", "word"), [({"user_id": 8}, "user"), ({"lesson_id": "c" * 24}, "lesson")])
def test_a_viewing_of_another_user_or_lesson_is_rejected(viewing_id, whose, word):
    assert error_message(viewing_id, **whose) == f"The viewing belongs to another {word}."


@pytest.mark.parametrize(("days", "valid"), [(29, True), (31, False)])
def test_a_viewing_expires_after_thirty_days(viewing_id, monkeypatch, days, valid):
    read(viewing_id)
    later = now() + timedelta(days=days)
    monkeypatch.setattr(viewings, "now", lambda: later)

    assert read(viewing_id) if valid else "ended" in error_message(viewing_id)


@pytest.mark.parametrize("forge", [lambda it: "9" + it[1:], lambda it: it[:-1], lambda it: "", lambda it: "1.é"])
def test_a_forged_viewing_is_rejected(viewing_id, forge):
    assert "unchanged" in error_message(forge(viewing_id))


def test_a_viewing_survives_a_rotation_of_keys(app, viewing_id, monkeypatch):
    monkeypatch.setitem(app.config, "JWT_SECRET_KEYS", ["n" * 40, *app.config["JWT_SECRET_KEYS"]])
    assert read(viewing_id).user_id == 7

    viewings.verified.clear()
    monkeypatch.setitem(app.config, "JWT_SECRET_KEYS", ["n" * 40])
    assert error_message(viewing_id)
