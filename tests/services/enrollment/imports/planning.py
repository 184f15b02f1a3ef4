"""Accounts and groups as plain data, and what a plan makes of them."""

from dataclasses import replace

from learnstream.models.people_import import ImportKind
from learnstream.services.enrollment.imports.people import Entry
from learnstream.services.enrollment.imports.plans import Outcome, plan
from learnstream.services.enrollment.imports.state import Account, Group, Present


def present_of(accounts, groups=(), reserved=None):
    return Present(
        {account.external_id: account for account in accounts if account.external_id},
        {account.email_key: account for account in accounts},
        tuple(groups),
        reserved or {},
    )


def planned(entries, accounts=(), members=None, barred=(), reserved=None, **options):
    """Plan people or entries for the group 7B, whose members are accounts with these ids; for accounts alone if None."""
    entries = [entry if isinstance(entry, Entry) else Entry(entry) for entry in entries]
    if members is None:
        return plan(entries, present_of(accounts, reserved=reserved), **options)
    group = Group("7B", "Class 7B", {each.id: each for each in accounts if each.id in members}, frozenset(barred))
    return plan(entries, present_of(accounts, [group], reserved), kind=ImportKind.GROUP_MEMBERS, group=group, **options)


def applied(made, accounts, members=(), reserved=None):
    """Return the accounts, the members' ids and the reserved addresses once a plan was applied, as a store would."""
    by_id, joined, reserved = {account.id: account for account in accounts}, set(members), dict(reserved or {})
    for change in [] if made.refusal else made.changes:
        after = change.after
        if change.outcome is Outcome.CREATED:
            after = replace(after, id=1_000 + change.row)
        if after:
            assert change.before == by_id.get(after.id)
            if change.before and change.before.email_key != after.email_key:
                reserved[change.before.email_key] = after.id
            assert reserved.get(after.email_key, after.id) == after.id, "an address is reserved"
            by_id[after.id] = after
            joined |= {after.id} if change.joins else set()
            joined -= {after.id} if change.leaves else set()
        for key in ("external_id", "email_key"):
            keys = [value for account in by_id.values() if (value := getattr(account, key))]
            assert len(set(keys)) == len(keys), f"two accounts with one {key}"
    return list(by_id.values()), joined, reserved


def outcomes(made):
    """Return what becomes of each row, and of whom no row is about."""
    return {change.row or change.before.id: change.outcome.value for change in made.changes}


def failures(made):
    return [(error.row, error.column, error.code) for change in made.changes for error in change.errors]


ANA = Account(1, "Ana", "ana@example.com", external_id="007", imported=True)
RUI = Account(2, "Rui", "rui@example.com", external_id="008", imported=True)
