"""What a web worker imports: each of them pays for it in memory."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# Migrations and their command line, the documentation page's packages, Celery's worker, what renders and sends mails, and
# what sets up second factors.
FOREIGN = {
    "alembic",
    "mako",
    "pygments",
    "flask_openapi",
    "flask_openapi_scalar",
    "pydantic",
    "celery.worker",
    "honcho",
    "babel",
    "css_inline",
    "smtplib",
    "learnstream.integrations.smtp.adapter",
    "pyotp",
    "segno",
}


@pytest.fixture(scope="module")
def imported(settings):
    """The modules that are loaded in a process that has just created the application, as a web worker does."""
    program = "import sys, wsgi; print(*sys.modules, sep='\\n')"
    output = subprocess.check_output(
        [sys.executable, "-c", program], cwd=ROOT, env=os.environ | settings, text=True, timeout=60
    )
    return set(output.split())


def test_the_application_is_imported(imported):
    assert "learnstream.blueprints" in imported


def test_web_workers_do_not_import_what_only_other_processes_need(imported):
    assert imported & FOREIGN == set()
