"""`python3 -m devstack run | test | faults | shell | services | reset | lock`."""

import sys

# Before any other import: the modules below do not even parse on the old Pythons that this check is for.
if sys.version_info < (3, 11):  # noqa: UP036
    found = sys.version.split()[0]
    sys.exit(f"devstack: LearnStream needs Python 3.11 or newer, not {found}. Try: python3.11 -m devstack")

from devstack.cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
