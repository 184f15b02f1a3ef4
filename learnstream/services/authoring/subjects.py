"""Subjects, and which one a course stands in.

A course has the id of its subject, and the subject's name as a text, which catalogues show and filter without asking
PostgreSQL.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, select

from learnstream.errors import Unprocessable
from learnstream.errors.subjects import NoSuchSubject
from learnstream.models.subject import Subject
from learnstream.services.foundation.content import Content, pack, unpack
from learnstream.services.foundation.lists import rows_of
from learnstream.stores import cache
from learnstream.stores.keyset import Columns, Found, Part
from learnstream.stores.sql import db
from learnstream.text import folding

TTL_SECONDS = 30
SUBJECTS = "subjects"  # the cache group of all public pages of subjects
BY_NAME = Columns((Subject.name_key, Subject.id))


def find(subject_id: int, *, lock: bool = False) -> Subject:
    """Return a subject; `lock` keeps others from changing it, and from giving it to courses.

    Raises:
        NoSuchSubject: there is none.
    """
    subject = db.session.get(Subject, subject_id, with_for_update=True if lock else None, populate_existing=lock)
    if subject is None:
        raise NoSuchSubject()
    return subject


def browse(*, part: Part) -> Found[Subject]:
    """Return a part of all subjects, by name."""
    return rows_of(select(Subject), BY_NAME, part)


def public_page(subject_id: int) -> Content:
    """Return a subject as everybody sees it.

    Raises:
        NoSuchSubject: there is none.
    """
    return _cached(f"subject:{subject_id}", lambda: pack(_public(find(subject_id))))


def public_list(*, part: Part) -> Content:
    """Return a part of all subjects as everybody sees them; its facts `total` and `place` are as in `Found`."""
    return _cached(f"subjects:{part.first}:{part.size}:{part.after}", lambda: _load_list(part))


def _cached(key: str, load: Any) -> Content:
    return unpack(cache.get_or_load_in(SUBJECTS, key, load, ttl=TTL_SECONDS))


def _load_list(part: Part) -> bytes:
    found = browse(part=part)
    return pack([_public(each) for each in found.entries], total=found.total, place=found.position)


def _public(subject: Subject) -> dict[str, Any]:
    return {"id": subject.id, "name": subject.name, "code": subject.code, "description": subject.description}


def link(fields: Mapping[str, Any], *, must_exist: bool = True) -> dict[str, Any]:
    """Return the fields `subject` and `subject_id` of a course as these changes of it mean them.

    A `subject_id` decides; otherwise the subject is the one of the name `subject`, if there is one. It keeps its name
    until the transaction ends.

    must_exist: otherwise, a course with the id of a deleted subject stands in none.

    Raises:
        Unprocessable: there is no subject with the id.
    """
    if fields.get("subject_id") is not None:
        subject = _shared(Subject.id == fields["subject_id"])
        if subject is None and must_exist:
            raise Unprocessable(errors={"json": {"subject_id": ["There is no such subject."]}})
    elif "subject_id" in fields or "subject" not in fields:
        return {}
    else:
        subject = _shared(Subject.name_key == folding.caseless(fields["subject"])) if fields["subject"] else None
    return {"subject_id": subject.id, "subject": subject.name} if subject else {"subject_id": None}


def _shared(which: ColumnElement[bool]) -> Subject | None:
    return db.session.scalar(select(Subject).where(which).with_for_update(read=True))
