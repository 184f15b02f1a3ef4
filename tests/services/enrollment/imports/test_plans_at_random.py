"""Laws of the plan, for any accounts and any rows."""

from hypothesis import given, settings
from hypothesis import strategies as st

from learnstream.integrations.spreadsheets import Row
from learnstream.models import Role
from learnstream.models.people_import import ImportMode
from learnstream.services.enrollment.imports import headings, people
from learnstream.services.enrollment.imports.plans import Outcome
from learnstream.services.enrollment.imports.state import Account
from tests.services.enrollment.imports.planning import applied, planned

EMAILS = [f"{name}@example.com" for name in "abcde"]
IDS = ["1", "2", "3"]
NAMES = ["Ana", "Rui", "Eva"]
HEADINGS = ["name", "email", "role", "group", "external_id", "phone"]
few = settings(max_examples=300, deadline=None)


@st.composite
def schools(draw):
    """Some accounts, and the ids of those that are members and of those that were taken out."""
    emails = draw(st.lists(st.sampled_from(EMAILS), unique=True, max_size=4))
    ids = draw(st.permutations([*IDS, None]))
    accounts = [
        Account(
            number,
            draw(st.sampled_from(NAMES)),
            email,
            draw(st.sampled_from([*[Role.STUDENT] * 5, Role.INSTRUCTOR])),
            draw(st.sampled_from([*[True] * 5, False])),
            external_id,
            imported=draw(st.sampled_from([True, True, True, False])),
        )
        for number, (email, external_id) in enumerate(zip(emails, ids, strict=False), 1)
    ]
    members = {account.id for account in accounts if draw(st.booleans())}
    barred = {account.id for account in accounts if draw(st.booleans())} - members
    return accounts, members, barred


cells = st.tuples(
    st.sampled_from(["", *NAMES]),
    st.sampled_from(["", *EMAILS, "A@EXAMPLE.COM"]),
    st.sampled_from([*[""] * 6, "student", "teacher"]),
    st.sampled_from([*[""] * 6, "7b", "8A"]),
    st.sampled_from(["", *IDS]),
    st.sampled_from([*[""] * 6, "+4930901820", "030"]),
)
options = st.fixed_dictionaries({"mode": st.sampled_from(ImportMode), "force": st.booleans()})


def entries(rows):
    table = [Row(1, HEADINGS), *(Row(number, list(row)) for number, row in rows)]
    return list(people.read(table, headings.find(table)))


@few
@given(schools(), st.lists(cells, max_size=6), options)
def test_what_was_imported_changes_nothing_again(school, rows, options):
    accounts, members, barred = school
    read = entries(enumerate(rows, 2))
    first = planned(read, accounts, members, barred, **options)

    accounts, members, reserved = applied(first, accounts, members)
    again = planned(read, accounts, members, barred, reserved, **options)

    if first.refusal is None:
        assert {change.outcome for change in again.changes} <= {Outcome.UNCHANGED, Outcome.FAILED}
        assert again.refusal is None
    assert {change.row for change in again.changes if change.errors} == {
        change.row for change in first.changes if change.errors
    }


@few
@given(st.permutations(IDS), st.lists(st.sampled_from(EMAILS), min_size=3, max_size=3), st.booleans())
def test_addresses_that_move_do_so_once(order, emails, is_unkeyed):
    accounts = [
        Account(int(key), "Ana", email, external_id=key, imported=True) for key, email in zip(IDS, EMAILS, strict=False)
    ]
    rows = [["Ana", email, "", "", key] for key, email in zip(order, emails, strict=True)]
    rows[-1][-1] = "" if is_unkeyed else rows[-1][-1]
    read = entries(enumerate(rows, 2))

    accounts, _, reserved = applied(planned(read, accounts), accounts)

    again = planned(read, accounts, reserved=reserved)
    assert {change.outcome for change in again.changes} <= {Outcome.UNCHANGED, Outcome.FAILED}


@few
@given(schools(), st.lists(cells, max_size=5), cells, st.integers(0, 5), options)
def test_a_bad_row_costs_only_itself(school, rows, bad, place, options):
    accounts, members, barred = school
    numbered = list(enumerate(rows, 2))
    with_bad = [*numbered[:place], (100, (*bad[:5], "no number")), *numbered[place:]]

    without = planned(entries(numbered), accounts, members, barred, **options).changes
    changes = planned(entries(with_bad), accounts, members, barred, **options).changes

    rest = [change for change in changes if change.row != 100]
    assert [change for change in rest if change.row] == [change for change in without if change.row]
    assert all(change in without for change in rest), "a bad row removes nobody"
    assert all(change.outcome is Outcome.FAILED for change in changes if change.row == 100)


@few
@given(schools(), st.lists(cells, max_size=6), options)
def test_rights_and_the_accounts_of_others_stay(school, rows, options):
    accounts, members, barred = school
    made = planned(entries(enumerate(rows, 2)), accounts, members, barred, **options)

    after = {account.id: account for account in applied(made, accounts, members)[0]}

    for account in accounts:
        now = after.pop(account.id)
        assert now.role == account.role
        assert account.is_managed or (now.name, now.email, now.phone) == (account.name, account.email, account.phone)
        assert account.external_id in (None, now.external_id)
    assert {account.role for account in after.values()} <= {Role.STUDENT}


@few
@given(schools(), st.lists(cells, max_size=6), options)
def test_every_row_has_one_outcome(school, rows, options):
    accounts, members, barred = school
    read = entries(enumerate(rows, 2))
    made = planned(read, accounts, members, barred, **options)

    assert sorted(change.row for change in made.changes if change.row) == [entry.person.row for entry in read]
    assert sum(made.counts().values()) == len(made.changes)
