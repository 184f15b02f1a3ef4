"""Rules of an import for one row: whose account it is about, and what it may not change."""

from learnstream.models import Role
from learnstream.services.enrollment.imports.headings import Column
from learnstream.services.enrollment.imports.people import Person, RowError, same_person
from learnstream.services.enrollment.imports.state import Account, Group, State

RANKS = {Role.STUDENT: 0, Role.INSTRUCTOR: 1, Role.ADMIN: 2}


class Broken(Exception):
    """A row breaks a rule."""

    def __init__(self, person: Person, column: Column, code: str, message: str) -> None:
        super().__init__(code)
        value = getattr(person, column.value)
        self.error = RowError(person.row, column.value, value or "", code, message)


class Repeated(Broken):
    """The row is about the same account as an earlier one."""

    def __init__(self, person: Person, column: Column, first: int) -> None:
        self.error = same_person(person, column, first)


class AddressTaken(Broken):
    """Another account has the address, or can get it back."""

    def __init__(self, person: Person) -> None:
        message = "Another account has this address, or had it until a few days ago."
        super().__init__(person, Column.EMAIL, "email_taken", message)


def find_account(person: Person, state: State) -> Account | None:
    """Return the account that a row is about: by the external id, else by the address.

    Raises:
        AddressTaken: the address is that of another account than the external id, or reserved for another.
        Repeated: an earlier row is about it.
    """
    keyed, addressed = state.by_external_id(person.external_id), state.by_email(person.email_key)
    if addressed and _is_another(addressed, keyed, person):
        raise AddressTaken(person)
    account = keyed or addressed
    if state.is_reserved(person.email_key, account):
        raise AddressTaken(person)
    if account and (first := state.rows.get(account.id)):
        raise Repeated(person, Column.EXTERNAL_ID if keyed else Column.EMAIL, first)
    return account


def _is_another(addressed: Account, keyed: Account | None, person: Person) -> bool:
    if keyed:
        return addressed.id != keyed.id
    return None not in (addressed.external_id, person.external_id)


def check_account(person: Person, account: Account) -> None:
    """Raise Broken if a row asks for what imports do not do to this account."""
    if not account.is_active:
        raise Broken(person, Column.EMAIL, "account_disabled", "The account is disabled. Enable it first.")
    _check_role(person, account.role)
    if person.email and person.email_key != account.email_key and not account.is_managed:
        message = "The person has another address, which an import changes only for students whom an import created."
        raise Broken(person, Column.EMAIL, "email_differs", message)


def check_given(person: Person, account: Account) -> None:
    """Raise Broken if an account that a row gives something to may not be its person's.

    Whoever registers with a pupil's address first must not be taken for the pupil.
    """
    if account.unproven and account.external_id is None:
        message = (
            "Somebody registered with this address and has not verified it. They can verify it, or an administrator can "
            "give its owner a link that does."
        )
        raise Broken(person, Column.EMAIL, "email_unverified", message)


def check_new(person: Person) -> tuple[str, str]:
    """Return the name and address of an account that a row creates.

    Raises:
        Broken: one of them is missing, or its role is not that of a student.
    """
    if not person.email:
        raise Broken(person, Column.EMAIL, "required", "Nobody has this external_id. A new account needs an address.")
    if not person.name:
        raise Broken(person, Column.NAME, "required", "Nobody has this address. A new account needs a name.")
    _check_role(person, Role.STUDENT)
    return person.name, person.email


def _check_role(person: Person, role: Role) -> None:
    # A lower role changes nothing: a teacher who becomes a member of a group keeps the teacher's rights.
    if person.role and RANKS[person.role] > RANKS[role]:
        message = (
            f"The account is that of a{'n' if role is not Role.STUDENT else ''} {role.value}; imports raise no role."
        )
        raise Broken(person, Column.ROLE, "role_not_raised", message)


def choose_group(person: Person, group: Group | None, state: State) -> Group | None:
    """Return the group that a row puts its person into: the import's, else the one that the row names.

    Raises:
        Broken: the row names another group than the import's, or one that does not exist.
    """
    if not person.group:
        return group
    if group is None:
        group = state.group(person.group)
        if group is None:
            raise Broken(person, Column.GROUP, "no_such_group", "No group, or more than one, has this code or name.")
    elif not group.is_called(person.group):
        raise Broken(person, Column.GROUP, "other_group", f"The import is for the group {group.code}.")
    return group


def check_membership(person: Person, account: Account, group: Group | None) -> None:
    """Raise Broken if an administrator took the account's person out of the group."""
    if group and account.id in group.barred:
        column = Column.EMAIL if person.email else Column.EXTERNAL_ID
        message = "An administrator took this person out of the group, and can put them back."
        raise Broken(person, column, "taken_out", message)
