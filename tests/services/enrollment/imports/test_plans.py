from dataclasses import replace
from time import process_time

import pytest

from learnstream.models import Role
from learnstream.models.people_import import ImportKind, ImportMode
from learnstream.services.enrollment.imports.people import Entry, Person, RowError
from learnstream.services.enrollment.imports.plans import plan
from learnstream.services.enrollment.imports.state import Account, Group, Present
from tests.services.enrollment.imports.planning import ANA, RUI, failures, outcomes, planned, present_of

TEACHER = replace(ANA, role=Role.INSTRUCTOR, imported=False)


def only(made):
    [change] = made.changes
    return change


def test_an_unknown_person_gets_a_students_account():
    created = only(planned([Person(2, "Eva", "eva@example.com", Role.STUDENT, external_id="009", phone="+4930901820")]))

    assert (created.outcome, created.before, created.joins) == ("created", None, None)
    assert (created.after.name, created.after.email, created.after.role) == ("Eva", "eva@example.com", Role.STUDENT)
    assert (created.after.external_id, created.after.phone, created.after.imported) == ("009", "+4930901820", True)


@pytest.mark.parametrize(
    ("person", "column"),
    [(Person(2, "Eva", external_id="009"), "email"), (Person(2, email="eva@example.com"), "name")],
)
def test_an_account_needs_name_and_address(person, column):
    assert failures(planned([person])) == [(2, column, "required")]


def test_the_same_data_change_nothing():
    made = planned([Person(2, "Ana", "ANA@example.com", Role.STUDENT, external_id="007")], [ANA], members={1})

    assert outcomes(made) == {2: "unchanged"}
    assert only(made).after is not None
    assert made.counts() == {"created": 0, "updated": 0, "unchanged": 1, "removed": 0, "failed": 0}


def test_the_external_id_is_the_key_and_the_address_the_fallback():
    unkeyed = replace(ANA, external_id=None, imported=False)

    assert only(planned([Person(2, external_id="007")], [ANA])).before == ANA
    assert only(planned([Person(2, email="ana@example.com", external_id="007")], [unkeyed])).after.external_id == "007"


def test_a_new_address_of_an_imported_student_is_an_update_that_knows_the_old_one():
    changed = only(planned([Person(2, "Ana S", "new@example.com", external_id="007", phone="+4930901820")], [ANA]))

    assert changed.outcome == "updated"
    assert changed.before.email == "ana@example.com"
    assert (changed.after.name, changed.after.email, changed.after.phone) == ("Ana S", "new@example.com", "+4930901820")


@pytest.mark.parametrize("account", [replace(ANA, imported=False), replace(ANA, role=Role.ADMIN), TEACHER])
def test_a_new_address_of_anybody_else_is_an_error(account):
    assert failures(planned([Person(2, email="new@example.com", external_id="007")], [account])) == [
        (2, "email", "email_differs")
    ]


def test_name_and_phone_of_others_stay_their_own():
    made = planned([Person(2, "Anna", phone="+4930901820", external_id="007")], [replace(ANA, imported=False)])

    assert outcomes(made) == {2: "unchanged"}


@pytest.mark.parametrize("role", [Role.INSTRUCTOR, Role.ADMIN])
def test_no_role_is_raised(role):
    new, known = Person(2, "Eva", "eva@example.com", role), Person(3, external_id="007", role=role)

    assert failures(planned([new, known], [ANA])) == [(2, "role", "role_not_raised"), (3, "role", "role_not_raised")]


def test_a_teacher_who_becomes_a_member_keeps_the_role():
    joined = only(planned([Person(2, email="ana@example.com", role=Role.STUDENT)], [TEACHER], members=set()))

    assert (joined.outcome, joined.joins.code, joined.after) == ("updated", "7B", TEACHER)


def test_an_address_of_somebody_else_is_refused():
    rows = [
        Person(2, email="rui@example.com", external_id="007"),
        Person(3, "Eva", "rui@example.com", external_id="009"),
    ]

    assert failures(planned(rows, [ANA, RUI])) == [(2, "email", "email_taken"), (3, "email", "email_taken")]


def test_an_address_that_was_given_up_is_reserved():
    moved = Person(2, email="new@example.com", external_id="008")
    others = [Person(3, email="rui@example.com", external_id="007"), Person(4, "Eva", "gone@example.com")]

    made = planned([moved, *others], [ANA, RUI], reserved={"gone@example.com": 9})

    assert failures(made) == [(3, "email", "email_taken"), (4, "email", "email_taken")]


def test_an_address_that_was_given_up_can_be_had_back():
    made = planned([Person(2, email="old@example.com", external_id="007")], [ANA], reserved={"old@example.com": 1})

    assert outcomes(made) == {2: "updated"}


def test_two_rows_about_one_account_are_one():
    rows = [Person(2, external_id="007"), Person(3, email="ana@example.com")]

    assert failures(planned(rows, [ANA])) == [(3, "email", "duplicate_row")]


def test_a_disabled_account_is_not_touched():
    assert failures(planned([Person(2, external_id="007")], [replace(ANA, is_active=False)])) == [
        (2, "email", "account_disabled")
    ]


def test_adding_leaves_the_others_alone():
    assert outcomes(planned([Person(2, external_id="008")], [ANA, RUI], members={1})) == {2: "updated"}


def test_a_sync_removes_who_is_missing():
    made = planned([Person(2, external_id="008")], [ANA, RUI], members={1, 2}, mode=ImportMode.SYNC)

    assert outcomes(made) == {2: "unchanged", 1: "removed"}
    assert (made.refusal, made.changes[1].leaves.code) == (None, "7B")


@pytest.mark.parametrize(("force", "refusal"), [(False, "too_many_removals"), (True, None)])
def test_a_sync_removes_more_than_half_only_by_force(force, refusal):
    made = planned([Person(2, "Eva", "eva@example.com")], [ANA], members={1}, mode=ImportMode.SYNC, force=force)

    assert outcomes(made) == {2: "created", 1: "removed"}
    assert made.refusal == refusal


def test_a_failed_row_with_another_spacing_of_the_name_removes_nobody():
    bad = Entry(Person(2, "Ana Silva"), (RowError(2, "email", "x", "invalid_email", ""),))

    made = planned([bad], [replace(ANA, name="Ana\u00a0 Silva")], members={1}, mode=ImportMode.SYNC)

    assert outcomes(made) == {2: "failed"}


@pytest.mark.parametrize("person", [Person(2, external_id="007"), Person(2, email="ana@example.com"), Person(2, "ANA")])
def test_a_row_that_fails_removes_nobody(person):
    bad = Entry(person, (RowError(2, "phone", "1", "invalid_phone", "Must be a phone number."),))
    rows = [bad, Person(3, external_id="008")]

    assert outcomes(planned(rows, [ANA, RUI], members={1, 2}, mode=ImportMode.SYNC)) == {2: "failed", 3: "unchanged"}


def test_whom_an_administrator_took_out_stays_out():
    made = planned([Person(2, external_id="007")], [ANA], members=set(), barred={1}, mode=ImportMode.SYNC)

    assert failures(made) == [(2, "external_id", "taken_out")]


def test_a_row_may_name_the_group_by_code_or_name():
    rows = [Person(2, external_id="007", group="7b"), Person(3, external_id="008", group="class 7B")]

    assert outcomes(planned(rows, [ANA, RUI], members=set())) == {2: "updated", 3: "updated"}
    assert failures(planned([Person(2, external_id="007", group="8A")], [ANA], members=set())) == [
        (2, "group", "other_group")
    ]


def test_accounts_join_the_group_that_their_row_names():
    groups = [Group("7A", "Seven"), Group("7B", "Seven")]
    rows = [
        Entry(Person(row, external_id=key, group=name)) for row, key, name in [(2, "007", "7A"), (3, "008", "Seven")]
    ]

    made = plan(rows, present_of([ANA, RUI], groups))

    assert made.changes[0].joins == groups[0]
    assert failures(made) == [(3, "group", "no_such_group")]


@pytest.mark.parametrize(
    "options",
    [
        {"kind": ImportKind.GROUP_MEMBERS},
        {"group": Group("7B")},
        {"mode": ImportMode.SYNC},
    ],
)
def test_only_members_have_a_group(options):
    with pytest.raises(ValueError, match="group"):
        plan([], Present(), **options)


def test_an_unproven_account_joins_no_group_and_stays_where_it_is():
    unproven = Account(3, "Lea", "lea@example.com", unproven=True)
    row = Person(2, "Lea", "lea@example.com")

    assert failures(planned([row], [unproven], members=())) == [(2, "email", "email_unverified")]
    assert outcomes(planned([row], [unproven], members={3}, mode=ImportMode.SYNC)) == {2: "unchanged"}
    known = replace(unproven, external_id="009")
    assert outcomes(planned([row], [known], members=())) == {2: "updated"}


def test_many_rows_in_many_groups_are_planned_at_once():
    groups = [Group(f"c{number}", f"Class {number}") for number in range(2_000)]
    rows = [Entry(Person(row, "Eva", f"e{row}@example.com", group=f"C{row % 3_000}")) for row in range(2, 6_000)]
    began = process_time()

    made = plan(rows, present_of([], groups))

    assert process_time() - began < 5  # more than 10 s when each row was compared with each group
    assert made.counts()["created"] == 3_998
