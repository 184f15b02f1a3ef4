"""What an import finds: accounts and groups as plain data, and how they look once earlier rows have been applied."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from learnstream.models import Role
from learnstream.services.enrollment.imports.cells import clean
from learnstream.services.enrollment.imports.people import Person
from learnstream.text import folding


@dataclass(frozen=True, slots=True)
class Account:
    """An account. `imported`: an import created it, so that imports may change its address, name and phone number.

    `unproven`: it may be somebody else's than the owner of its address, who has not verified it. The id of an account that
    is to be created is negative.
    """

    id: int
    name: str
    email: str
    role: Role = Role.STUDENT
    is_active: bool = True
    external_id: str | None = None
    phone: str | None = None
    imported: bool = False
    unproven: bool = False

    @property
    def email_key(self) -> str:
        """The address as it is compared."""
        return folding.caseless(self.email)

    @property
    def is_managed(self) -> bool:
        """True if imports may change it: a student whom an import created."""
        return self.imported and self.role is Role.STUDENT


def compared(text: str) -> str:
    """Return a code or name as it is compared with a cell: cleaned as cells are, and without case."""
    return folding.caseless(clean(text))


@dataclass(frozen=True, slots=True)
class Group:
    """A group by its code, with its members by their ids. Administrators took out those in `barred`, who stay out."""

    code: str
    name: str = ""
    members: Mapping[int, Account] = field(default_factory=dict)
    barred: frozenset[int] = frozenset()
    id: int = 0

    def is_called(self, text: str) -> bool:
        """True if a text is the group's code or name."""
        return compared(text) in {compared(self.code), compared(self.name)}


@dataclass(frozen=True, slots=True)
class Present:
    """The accounts and groups that a file may be about; accounts by external id and by `email_key`.

    `reserved` maps addresses that accounts have given up, and can get back, to the accounts' ids.
    """

    by_external_id: Mapping[str, Account] = field(default_factory=dict)
    by_email: Mapping[str, Account] = field(default_factory=dict)
    groups: tuple[Group, ...] = ()
    reserved: Mapping[str, int] = field(default_factory=dict)


class State:
    """Accounts as they are once the rows planned so far have been applied."""

    def __init__(self, present: Present) -> None:
        self.present = present
        self.rows: dict[int, int] = {}  # the row about an account, by its id
        self._by_external_id: dict[str, Account] = {}
        self._by_email: dict[str, Account] = {}
        self._reserved: dict[str, int] = {}
        self._groups = _index(present.groups)

    def by_external_id(self, external_id: str | None) -> Account | None:
        """Return the account with this external id."""
        if external_id is None:
            return None
        return self._by_external_id.get(external_id) or self.present.by_external_id.get(external_id)

    def by_email(self, key: str | None) -> Account | None:
        """Return the account with this address."""
        if key is None:
            return None
        found = self._by_email.get(key) or self.present.by_email.get(key)
        return None if key in self._reserved else found

    def group(self, text: str) -> Group | None:
        """Return the group that has this code, else this name; None if it is no one group's."""
        return self._groups.get(compared(text))

    def is_reserved(self, key: str | None, account: Account | None) -> bool:
        """True if an address is that which another account has given up."""
        if key is None:
            return False
        holder = self._reserved.get(key) or self.present.reserved.get(key)
        return holder is not None and (account is None or account.id != holder)

    def put(self, row: int, before: Account | None, after: Account) -> None:
        """Apply a row to its account."""
        self.rows[after.id] = row
        if before and before.email_key != after.email_key:
            self._reserved[before.email_key] = before.id
        self._by_email[after.email_key] = after
        if after.external_id:
            self._by_external_id[after.external_id] = after


def _index(groups: Sequence[Group]) -> Mapping[str, Group]:
    """Return groups by their codes, and by those names that belong to one group alone and are no group's code."""
    codes, names = defaultdict(list), defaultdict(list)
    for group in groups:
        codes[compared(group.code)].append(group)
        names[compared(group.name)].append(group)
    return {key: found[0] for key, found in {**names, **codes}.items() if len(found) == 1}


def create(person: Person, name: str, email: str) -> Account:
    """Return the account that a row creates."""
    return Account(-person.row, name, email, external_id=person.external_id, phone=person.phone, imported=True)


def change(account: Account, person: Person) -> Account:
    """Return the account with what the row says; of accounts that imports do not manage, only a missing id is added.

    Capitals in an address are no change, and neither are spaces in a name.
    """
    changed = replace(account, external_id=account.external_id or person.external_id)
    if not account.is_managed:
        return changed
    moves = person.email and person.email_key != account.email_key
    renamed = person.name and person.name != clean(account.name)
    return replace(
        changed,
        name=person.name if renamed and person.name else account.name,
        email=person.email if moves and person.email else account.email,
        phone=person.phone or account.phone,
    )
