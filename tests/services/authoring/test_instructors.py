import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from learnstream.models import User
from learnstream.services.authoring import instructors


def test_a_photo_cannot_change_until_the_course_that_shows_it_is_written(owner, separate_session):
    query = select(User.id).where(User.id == owner.id)

    instructors.people([owner.id])

    # Sessions and enrollments of the user may be added meanwhile.
    assert separate_session.scalar(query.with_for_update(read=True, key_share=True, nowait=True)) == owner.id
    with pytest.raises(OperationalError):
        separate_session.scalar(query.with_for_update(nowait=True))
    separate_session.rollback()


def test_users_that_do_not_exist_are_omitted(owner):
    assert instructors.people([999_999, owner.id]) == [{"id": owner.id, "name": "Ines", "photo_id": None}]
