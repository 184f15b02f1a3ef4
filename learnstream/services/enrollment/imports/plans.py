"""The plan of an import: what each row would change. Pure, so that a dry run says exactly what would happen.

Planning again once a plan has been applied changes nothing.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from learnstream.models.people_import import ImportKind, ImportMode
from learnstream.services.enrollment.imports import rules
from learnstream.services.enrollment.imports.people import Entry, Person, RowError
from learnstream.services.enrollment.imports.rules import Broken
from learnstream.services.enrollment.imports.state import Account, Group, Present, State, change, compared, create


class Outcome(StrEnum):
    """What becomes of a row, or of a member whom no row is about."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REMOVED = "removed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of an account: `before` is None if it is created, `after` if its row failed.

    The person joins `joins`, or leaves `leaves`. Where `email` differs, the old address is to be told.
    """

    outcome: Outcome
    row: int | None = None
    before: Account | None = None
    after: Account | None = None
    joins: Group | None = None
    leaves: Group | None = None
    errors: tuple[RowError, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """The changes in the order of the rows; none is to be applied if the plan is refused.

    `refusal` is `too_many_removals` if a sync would remove more than half of the group.
    """

    changes: list[Change]
    refusal: str | None = None

    def counts(self) -> dict[str, int]:
        """Return how many changes have each outcome."""
        counted = Counter(change.outcome for change in self.changes)
        return {outcome.value: counted[outcome] for outcome in Outcome}


def plan(
    entries: Iterable[Entry],
    present: Present,
    *,
    kind: ImportKind = ImportKind.USERS,
    group: Group | None = None,
    mode: ImportMode = ImportMode.ADD,
    force: bool = False,
) -> Plan:
    """Plan the import of rows. Each stands alone: what fails costs only itself.

    With `sync`, those members of the group leave whom no row is about. A row that fails still is about whomever its
    external id, address or name fits, so that a typing error removes nobody.

    Raises:
        ValueError: a group is needed for its members and for `sync`, and for nothing else.
    """
    if (kind is ImportKind.GROUP_MEMBERS) != (group is not None) or (mode is ImportMode.SYNC and group is None):
        raise ValueError("a group is for its members")
    planner = _Planner(present, group)
    changes = list(planner.plan(entries))
    if group is None or mode is ImportMode.ADD:
        return Plan(changes)
    removed = planner.missing(group)
    refused = 2 * len(removed) > len(group.members) and not force
    return Plan([*changes, *removed], "too_many_removals" if refused else None)


class _Planner:
    def __init__(self, present: Present, group: Group | None) -> None:
        self.state = State(present)
        self.group = group
        self.failed: list[Person] = []

    def plan(self, entries: Iterable[Entry]) -> Iterator[Change]:
        for entry in entries:
            yield self._fail(entry.person, entry.errors) if entry.errors else self._plan(entry.person)

    def missing(self, group: Group) -> list[Change]:
        """Return the removal of members whom no row is about."""
        named = {compared(person.name) for person in self.failed if person.name}
        about = {*self.state.rows, *(account.id for person in self.failed for account in self._resembling(person))}
        return [
            Change(Outcome.REMOVED, before=account, after=account, leaves=group)
            for account in group.members.values()
            # Disabled accounts are not touched, and no export has them.
            if account.is_active and account.id not in about and compared(account.name) not in named
        ]

    def _resembling(self, person: Person) -> list[Account]:
        present = self.state.present
        found = (present.by_external_id.get(person.external_id or ""), present.by_email.get(person.email_key or ""))
        return [account for account in found if account]

    def _plan(self, person: Person) -> Change:
        try:
            change = self._decide(person)
        except Broken as error:
            return self._fail(person, (error.error,))
        if change.after:
            self.state.put(person.row, change.before, change.after)
        return change

    def _decide(self, person: Person) -> Change:
        account = rules.find_account(person, self.state)
        group = rules.choose_group(person, self.group, self.state)
        if account is None:
            return Change(Outcome.CREATED, person.row, after=create(person, *rules.check_new(person)), joins=group)
        rules.check_account(person, account)
        rules.check_membership(person, account, group)
        after = change(account, person)
        joins = group if group and account.id not in group.members else None
        if after == account and joins is None:
            return Change(Outcome.UNCHANGED, person.row, account, after)
        rules.check_given(person, account)
        return Change(Outcome.UPDATED, person.row, account, after, joins)

    def _fail(self, person: Person, errors: tuple[RowError, ...]) -> Change:
        self.failed.append(person)
        return Change(Outcome.FAILED, person.row, errors=errors)
