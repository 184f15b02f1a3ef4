"""The cost of the requests of homework among a hundred times the submissions."""

import argparse

from bench import gradebook, hundredfold, releases
from bench.report import Table
from bench.testbed import Testbed
from learnstream.documents import Submission, SubmissionState


def measure(testbed: Testbed, options: argparse.Namespace) -> list[Table]:
    """Measure the cost of requests among a hundred times the submissions, releases, and the gradebook of a class."""
    return [_scale(testbed, options), releases.measure(testbed), gradebook.measure(testbed)]


def _scale(testbed: Testbed, options: argparse.Namespace) -> Table:
    whose = "of other learners in other lessons"
    submitted = SubmissionState.SUBMITTED.value
    return hundredfold.measure(testbed, options, Submission, part="submission", whose=whose, state=submitted)
