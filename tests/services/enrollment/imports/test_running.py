from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from learnstream.clock import now
from learnstream.models import AuditEntry, Event, Role, User
from learnstream.models.address_change import AddressChange
from learnstream.services.accounts import accounts
from learnstream.services.enrollment.imports import running, store
from learnstream.services.enrollment.imports.people import Entry, Person
from learnstream.services.enrollment.imports.plans import Plan
from learnstream.stores.sql import db
from tests.services.enrollment.imports.planning import failures
from tests.spreadsheets import PARTS, row, xlsx


def entries(*people):
    return [Entry(person) for person in people]


ANA = Person(2, "Ana", "ana@example.com", external_id="007", phone="+4930901820")
RUI = Person(3, "Rui", "rui@example.com")


def run(*people, by=None):
    made = []
    running.run(entries(*people), by=by, record=made.extend)
    return Plan(made)


def account(external_id):
    db.session.expire_all()
    return db.session.scalar(select(User).where(User.external_id == external_id))


def counts(made):
    return {outcome: count for outcome, count in made.counts().items() if count}


def test_the_name_of_a_sheet_is_shown_on_one_line():
    workbook = PARTS["xl/workbook.xml"].replace("People", "7B&#10;" + "x" * 1000)
    rows = row(1, "name", "email") + row(2, "Ana", "ana@example.com")

    table = running.read([xlsx(rows, {"xl/workbook.xml": workbook})]).table

    assert table.sheet == f"7B {'x' * 96}…"


def test_accounts_are_created_without_passwords(app, admin):
    made = run(ANA, RUI, by=admin.id)

    ana = account("007")
    assert counts(made) == {"created": 2}
    assert (ana.name, ana.email, ana.role, ana.phone) == ("Ana", "ana@example.com", Role.STUDENT, "+4930901820")
    assert (ana.password_hash, ana.email_verified_at) == ("", None)
    assert ana.imported_at is not None
    assert accounts.find("RUI@example.com").external_id is None
    created = select(AuditEntry.actor_id).where(
        AuditEntry.action == "user.created", AuditEntry.target_id == str(ana.id)
    )
    assert db.session.scalars(created).all() == [admin.id]
    assert db.session.scalar(select(func.count()).where(Event.event_id == f"user.registered:{ana.id}")) == 1


def test_the_same_file_again_changes_nothing(app):
    run(ANA, RUI)
    before = account("007").updated_at

    assert counts(run(ANA, RUI)) == {"unchanged": 2}
    assert account("007").updated_at == before


def test_a_dry_run_says_what_would_happen_and_changes_nothing(app):
    bad = Person(4, "Eva", external_id="009")
    planned = running.plan(entries(ANA, RUI, bad))

    assert account("007") is None
    assert planned.counts() == run(ANA, RUI, bad).counts()
    assert failures(planned) == [(4, "email", "required")]


def test_a_known_person_is_updated_and_the_old_address_kept_for_them(app):
    run(ANA)

    made = run(Person(2, "Ana Silva", "silva@example.com", external_id="007"), Person(3, "Eva", "ana@example.com"))

    assert (account("007").name, account("007").email) == ("Ana Silva", "silva@example.com")
    change = db.session.scalar(select(AddressChange))
    assert (change.old_address, change.new_address) == ("ana@example.com", "silva@example.com")
    assert failures(made) == [(3, "email", "email_taken")]
    assert counts(running.plan(entries(Person(2, external_id="007"), Person(3, "Eva", "ana@example.com")))) == {
        "unchanged": 1,
        "failed": 1,
    }


def test_an_account_with_an_unverified_address_is_not_taken_for_the_person(app, learner):
    made = run(Person(2, "Lea", learner.email, external_id="007"), Person(3, "Lea", learner.email))

    assert failures(made) == [(2, "email", "email_unverified")]
    assert counts(made) == {"failed": 1, "unchanged": 1}
    assert account("007") is None


def test_an_account_of_its_own_gets_the_id_and_keeps_the_rest(app, learner):
    accounts.get(learner.id).email_verified_at = now()
    db.session.commit()

    made = run(Person(2, "Somebody", learner.email.upper(), external_id="007"))

    assert counts(made) == {"updated": 1}
    assert (account("007").id, account("007").name) == (learner.id, learner.name)


def test_what_changes_between_plan_and_batch_is_planned_again(app, monkeypatch):
    applied = store.apply

    def interrupted(changes, *, by):
        monkeypatch.setattr(store, "apply", applied)
        accounts.add(name="Rui", email="rui@example.com", password_hash="", role=Role.INSTRUCTOR)
        db.session.commit()
        applied(changes, by=by)

    monkeypatch.setattr(store, "apply", interrupted)
    made = run(ANA, RUI)

    assert counts(made) == {"created": 1, "unchanged": 1}
    assert accounts.find("rui@example.com").role is Role.INSTRUCTOR


def test_two_administrators_may_import_the_same_at_once(app):
    people = [Person(row, f"Person {row}", f"p{row}@example.com", external_id=str(row)) for row in range(2, 300)]

    def work(_):
        with app.app_context():
            return run(*people).counts()

    with ThreadPoolExecutor(2) as pool:
        made = list(pool.map(work, range(2)))

    assert sum(each["created"] for each in made) == len(people)
    assert sum(each["failed"] for each in made) == 0
    assert sum(each["unchanged"] for each in made) == len(people)


def test_an_import_that_was_interrupted_goes_on(app, monkeypatch):
    people = [Person(row, f"Person {row}", f"p{row}@example.com") for row in range(2, 12)]
    monkeypatch.setattr(running, "BATCH", 3)

    batches = []

    def record(batch):
        batches.append(batch)
        if len(batches) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        running.run(entries(*people), by=None, record=record)
    db.session.rollback()

    assert counts(run(*people)) == {"created": 7, "unchanged": 3}
