"""Document migrations run once, resume after an interruption, and yield to writes of the running release."""

import pytest
from bson import ObjectId

from learnstream.documents import Course, DocumentMigration
from learnstream.documents.migrations import Migration, Step, every
from learnstream.services.foundation import document_migrations
from learnstream.services.foundation.document_migrations import Busy, migrate, pending, preview
from tests.factories import make_course

COURSES = 5


def shout(course):
    upper = course["title"].upper()
    return {"$set": {"title": upper}} if upper != course["title"] else None


@pytest.fixture
def plan(monkeypatch):
    """Replace the migrations by the given ones, in batches of two documents."""

    def plan(*changes):
        steps = [Step(Course, change, ("title",), guard=("title",)) for change in changes]
        made = [Migration(f"m{number:04}_test", "A test.", (step,)) for number, step in enumerate(steps, 1)]
        monkeypatch.setattr(document_migrations, "every", lambda: made)

    monkeypatch.setattr(document_migrations, "BATCH", 2)
    return plan


@pytest.fixture
def courses(owner):
    return [make_course(owner, title=f"Course {number}", lessons=(), published=False) for number in range(COURSES)]


def titles():
    return [course["title"] for course in Course.collection().find().sort("_id")]


def state():
    return DocumentMigration.collection().find_one({"_id": "m0001_test"})


def test_a_migration_runs_once(plan, courses):
    plan(shout)

    first, second = migrate(), migrate()

    assert [(result.read, result.changed) for result in first] == [(COURSES, COURSES)]
    assert second == pending() == []
    assert titles() == [f"COURSE {number}" for number in range(COURSES)]
    assert state()["done_at"]
    assert state()["changed"] == COURSES


def test_a_dry_run_counts_and_changes_nothing(plan, courses):
    plan(shout)

    assert [(result.read, result.changed) for result in preview()] == [(COURSES, COURSES)]
    assert titles()[0] == "Course 0"
    assert state() is None


def test_an_interrupted_migration_resumes_after_its_last_batch(plan, courses):
    seen = []

    def dies(course):
        if len(seen) == 3:
            seen.append("died")
            raise KeyboardInterrupt
        seen.append(course["title"])
        return shout(course)

    plan(dies)
    with pytest.raises(KeyboardInterrupt):
        migrate()
    assert state()["after"] == ObjectId(courses[1].id)
    [result] = migrate()

    assert (result.read, result.changed) == (3, COURSES)
    assert seen == ["Course 0", "Course 1", "Course 2", "died", "Course 2", "Course 3", "Course 4"]
    assert titles() == [f"COURSE {number}" for number in range(COURSES)]


def test_concurrently_changed_documents_are_read_again(plan, courses):
    renamed = {"title": "Course 0"}

    def raced(course):
        if Course.collection().update_one(renamed, {"$set": {"title": "Bistro"}}).modified_count:
            assert course["title"] == "Course 0"
        return shout(course)

    plan(raced)
    migrate()

    assert titles()[0] == "BISTRO"


def test_concurrent_migrations_are_rejected(plan, courses):
    def slowly(course):
        with pytest.raises(Busy):
            migrate()
        return shout(course)

    plan(slowly)

    [result] = migrate()

    assert result.changed == COURSES


def test_a_later_migration_does_not_repeat_an_earlier_one(plan, courses):
    plan(shout)
    migrate()
    plan(lambda course: pytest.fail("it has been run"), lambda course: None)

    assert [result.name for result in migrate()] == ["m0002_test"]


def test_every_migration_has_a_unique_number_and_a_description():
    numbers = [migration.name.split("_")[0] for migration in every()]

    assert numbers == [f"m{number:04}" for number in range(1, len(numbers) + 1)]
    assert all(migration.purpose for migration in every())


@pytest.mark.parametrize("migration", every(), ids=lambda migration: migration.name)
def test_empty_collections_can_be_migrated(app, migration, monkeypatch):
    monkeypatch.setattr(document_migrations, "every", lambda: [migration])

    assert [result.changed for result in migrate()] == [0]


def test_the_command_previews_and_runs(app, plan, courses):
    plan(shout)
    runner = app.test_cli_runner()

    assert runner.invoke(args=["document-migrate", "--dry-run"]).output == "m0001_test: would change 5 of 5 documents\n"
    assert "m0001_test: changed 5 of 5 documents\n" in runner.invoke(args=["document-migrate"]).output
    assert runner.invoke(args=["document-migrate"]).output == "documents: up to date\n"
