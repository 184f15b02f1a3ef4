"""The demo school's classes, and a spreadsheet of one of them, in which three rows are wrong."""

from collections.abc import Callable
from pathlib import Path

from devstack.demo.client import Client

GROUPS = ({"code": "7A", "name": "Class 7A"}, {"code": "7B", "name": "Class 7B"})
SPREADSHEET = Path(__file__).parent / "class-7b.csv"

Upload = Callable[[Client, str, str, bytes], str]


def load(admin: Client, upload: Upload) -> None:
    """Create the classes, and try the import of the spreadsheet, once: it shows what would happen, and what is wrong."""
    for group in GROUPS:
        admin.call("POST", "/admin/groups", ignore_code="group_code_taken", **group)
    if not admin.call("GET", "/admin/imports"):
        file_id = upload(admin, "import", SPREADSHEET.name, SPREADSHEET.read_bytes())
        admin.call("POST", "/admin/imports", file_id=file_id, dry_run=True, invite=True)
