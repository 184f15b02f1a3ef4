"""Write the pages of the documentation that are generated from the code."""

import argparse

from config import load
from devstack.bootstrap import ROOT
from devstack.terminal.console import say
from learnstream import create_app

# The pages in `docs/`, and the commands that print them.
PAGES = {"errors.md": "error-codes", "privacy.md": "personal-data"}
# The commands print what the code declares. Stores are connected to on first use, which never comes.
ENVIRONMENT = {
    "LEARNSTREAM_ENV": "testing",
    "DATABASE_URL": "postgresql://localhost/unused",
    "MONGODB_URI": "mongodb://localhost/unused",
    "REDIS_URL": "redis://localhost",
}


def main(_: argparse.Namespace) -> int:
    runner = create_app(load(ENVIRONMENT)).test_cli_runner(catch_exceptions=False)
    for name, command in PAGES.items():
        # The whole page before the file is opened: a failure leaves the old one.
        text = runner.invoke(args=[command]).output
        (ROOT / "docs" / name).write_text(text)
        say(f"docs/{name}")
    return 0
