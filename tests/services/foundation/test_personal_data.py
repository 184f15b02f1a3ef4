"""Every stored field is on the map of personal data, and the page is what the map says."""

from datetime import timedelta
from pathlib import Path

import mongoengine
import pytest

from learnstream.clock import now
from learnstream.documents import webhook_event
from learnstream.documents.base import Document
from learnstream.errors.foundation import EVENTS_KEPT
from learnstream.services.accounts import invitations, sessions
from learnstream.services.analytics import rollup
from learnstream.services.foundation import idempotency, outbox
from learnstream.services.foundation.personal_data import MONGODB, POSTGRESQL, page
from learnstream.stores.sql import db
from tests.factories import make_course, make_person
from tests.learning import LESSONS, finish, seat, show_videos, watch

PAGE = Path(__file__).parents[3] / "docs" / "privacy.md"


def declared():
    classes = [cls for cls in Document.__subclasses__() if not cls._meta.get("abstract")]
    return {cls._get_collection_name(): {field.db_field for field in cls._fields.values()} for cls in classes}


def test_every_column_has_one_entry():
    columns = {table.name: sorted(table.columns.keys()) for table in db.metadata.sorted_tables}

    assert {name: sorted(stored.fields()) for name, stored in POSTGRESQL.items()} == columns


def test_every_field_of_a_document_has_one_entry():
    fields = {name: sorted(fields) for name, fields in declared().items()}

    assert {name: sorted(stored.fields()) for name, stored in MONGODB.items()} == fields


@pytest.fixture
def completed_course(owner):
    """A course that a learner has watched and completed."""
    course = make_course(owner, lessons=LESSONS)
    videos = show_videos(course, 100.0, 100.0)
    learner = make_person()
    seat(learner, course)
    watch(learner, course, course.lessons[0], videos[0], (0, 50), at=now())
    finish(learner, course, videos, at=now())
    rollup.run(rest=0)


def stored_fields():
    database = mongoengine.get_db()
    rows = {name: database[name].find() for name in database.list_collection_names()}
    return {name: {key for row in found for key in row} for name, found in rows.items()}


def test_all_stored_fields_of_a_course_and_its_learner_are_on_the_map(completed_course):
    fields = stored_fields()

    assert all(fields[name] for name in ("courses", "lesson_versions", "progress", "course_progress", "course_stats"))
    assert {name: unknown for name in fields if (unknown := fields[name] - set(MONGODB[name].fields()))} == {}


@pytest.mark.parametrize(
    ("stored", "kept"),
    [
        (POSTGRESQL["sessions"], sessions.KEPT_AFTER_END),
        (POSTGRESQL["invitations"], invitations.KEPT_AFTER_END),
        (POSTGRESQL["events"], EVENTS_KEPT),
        (POSTGRESQL["outbox"], outbox.RETENTION),
        (MONGODB["webhook_events"], timedelta(seconds=webhook_event.RETENTION_SECONDS)),
    ],
)
def test_rows_are_retained_as_long_as_the_map_states(stored, kept):
    assert stored.kept.startswith(f"{kept.days} days")


def test_idempotency_keys_are_retained_as_long_as_the_map_states():
    assert POSTGRESQL["idempotency_keys"].kept == f"{idempotency.LIFETIME // timedelta(hours=1)} hours"


def test_the_page_is_what_the_command_prints(app):
    printed = app.test_cli_runner().invoke(args=["personal-data"]).output

    assert printed == "\n".join(page()) + "\n" == PAGE.read_text()
