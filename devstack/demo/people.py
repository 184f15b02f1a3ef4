"""The demo school's classes, and a spreadsheet of one of them, in which three rows are wrong."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from devstack.demo.client import Client
from devstack.demo.content import BAKING, INSTRUCTORS, PROGRAM, STUDENTS, DemoUser

SPREADSHEET = Path(__file__).parent / "class-7b.csv"

Upload = Callable[[Client, str, str, bytes], str]


class DemoGroup(NamedTuple):
    """A class with its members, an instructor as staff, and what it is given: a kind and a title."""

    code: str
    name: str
    members: tuple[DemoUser, ...]
    staff: DemoUser
    given: tuple[str, str]


# The instructor of each teaches no course that the class is given.
GROUPS = (
    DemoGroup("7A", "Class 7A", STUDENTS[:2], INSTRUCTORS[0], ("courses", BAKING["course"]["title"])),
    DemoGroup("7B", "Class 7B", STUDENTS[2:], INSTRUCTORS[1], ("programs", PROGRAM["title"])),
)


def load(admin: Client, upload: Upload) -> None:
    """Create the classes, and try the import of the spreadsheet, once: it shows what would happen, and what is wrong."""
    for group in GROUPS:
        admin.call("POST", "/admin/groups", ignore_code="group_code_taken", code=group.code, name=group.name)
    if not admin.call("GET", "/admin/imports"):
        file_id = upload(admin, "import", SPREADSHEET.name, SPREADSHEET.read_bytes())
        admin.call("POST", "/admin/imports", file_id=file_id, dry_run=True, invite=True)


def fill(admin: Client) -> None:
    """Give the classes their members, their staff and what they learn."""
    ids = {user["email"]: user["id"] for user in admin.call("GET", "/admin/users?page_size=100")}
    for group in GROUPS:
        [found] = admin.call("GET", f"/admin/groups?code={group.code}")
        path, (kind, title) = f"/admin/groups/{found['id']}", group.given
        [given] = [each["id"] for each in admin.call("GET", f"/{kind}?page_size=100") if each["title"] == title]
        admin.call("PUT", f"{path}/{kind}/{given}", mandatory=True)
        admin.call("PUT", f"{path}/staff", user_ids=[ids[group.staff.email]])
        admin.call("POST", f"{path}/members", user_ids=[ids[member.email] for member in group.members])
