"""The whole status report for operators."""

from typing import Any

from learnstream.services.analytics import monitoring
from learnstream.services.commerce import status_report
from learnstream.services.media import removal_log
from learnstream.services.messaging import mails


def report() -> dict[str, Any]:
    """Return the status report of background work, including payments, mail and files; ages are in seconds."""
    return monitoring.report() | {
        "payments": status_report.report(),
        "mail": mails.lag(),
        "files": removal_log.report(),
    }
