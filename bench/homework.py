"""The cost of the requests of homework among a hundred times the submissions."""

import argparse

from bench import gradebook, releases, report
from bench.copies import add_copies
from bench.report import Table
from bench.rounds import costs
from bench.testbed import Testbed
from devstack.terminal.console import step
from learnstream.documents import Submission, SubmissionState

SCALE, SCALE_TARGET = 100, 1.3


def measure(testbed: Testbed, options: argparse.Namespace) -> list[Table]:
    """Measure the cost of requests among a hundred times the submissions, releases, and the gradebook of a class."""
    return [_scale(testbed, options), releases.measure(testbed), gradebook.measure(testbed)]


def _scale(testbed: Testbed, options: argparse.Namespace) -> Table:
    scenarios = [each for each in testbed.scenarios.all() if "submission" in each.name]
    before = costs(testbed, scenarios, options)
    number = Submission.collection().count_documents({}) * SCALE
    with step(f"growing to {number:,} submissions"):
        add_copies(Submission, number, state=SubmissionState.SUBMITTED.value)
    after = costs(testbed, scenarios, options)
    ratios = {name: after[name] / before[name] for name in before}
    return Table(
        title="Cost with a hundred times the submissions",
        columns=("request", "ratio", "target", ""),
        rows=[
            (name, f"{ratio:.2f}", f"at most {SCALE_TARGET}", report.verdict(ratio <= SCALE_TARGET))
            for name, ratio in ratios.items()
        ],
        note=f"{number:,} submissions of other learners in other lessons, besides those of the requests.",
        data=[{"request": name, "ratio": ratio} for name, ratio in ratios.items()],
    )
