"""GET /notifications/count"""

from learnstream.services.messaging.notices import unread
from learnstream.services.messaging.notices.telling import tell
from tests.notices import news, tell_of


def count(client, person, **headers):
    return client.get("/notifications/count", auth=person, headers=headers)


def test_unread_notices_are_counted(client, stranger, learner):
    tell_of(stranger)
    tell_of(stranger, learner)

    assert count(client, stranger).json == {"unread": 2}


def test_a_copy_is_current_until_something_is_told(client, stranger):
    etag = count(client, stranger).headers["ETag"]

    assert count(client, stranger, **{"If-None-Match": etag}).status_code == 304
    tell_of(stranger)
    assert count(client, stranger, **{"If-None-Match": etag}).json == {"unread": 1}


def test_counting_asks_the_store_once(client, stranger, plans):
    tell_of(stranger)

    with plans:
        for _ in range(3):
            count(client, stranger)

    assert len([each for each in plans.operations if each["ns"].endswith(".notifications")]) == 1


def test_a_count_that_was_read_before_a_change_is_not_kept(client, stranger, monkeypatch):
    """The reader is slower than the one who tells, and must not restore the old number."""
    read = unread.count

    def slow(user_id):
        number = read(user_id)
        monkeypatch.setattr(unread, "count", read)
        tell(news(), [user_id])
        return number

    monkeypatch.setattr(unread, "count", slow)

    assert count(client, stranger).json == {"unread": 0}
    assert count(client, stranger).json == {"unread": 1}
