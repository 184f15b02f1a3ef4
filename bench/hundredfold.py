"""The cost of requests among a hundred times the documents that they write."""

import argparse
from typing import Any

from bench import report
from bench.copies import add_copies
from bench.report import Table
from bench.rounds import costs
from bench.testbed import Testbed
from devstack.terminal.console import step
from learnstream.documents.base import Document

SCALE, SCALE_TARGET = 100, 1.3


def measure(
    testbed: Testbed, options: argparse.Namespace, document: type[Document], *, part: str, whose: str, **fields: Any
) -> Table:
    """Measure the requests with a part of their names, before and after copies of a document are added.

    whose: says of whom the copies are. fields: what they have, besides their own users and lessons.
    """
    collection = document.collection()
    scenarios = [each for each in testbed.scenarios.all() if part in each.name]
    before = costs(testbed, scenarios, options)
    number = collection.count_documents({}) * SCALE
    with step(f"growing to {number:,} {collection.name}"):
        add_copies(document, number, **fields)
    after = costs(testbed, scenarios, options)
    ratios = {name: after[name] / before[name] for name in before}
    return Table(
        title=f"Cost with a hundred times the {collection.name}",
        columns=("request", "ratio", "target", ""),
        rows=[
            (name, f"{ratio:.2f}", f"at most {SCALE_TARGET}", report.verdict(ratio <= SCALE_TARGET))
            for name, ratio in ratios.items()
        ],
        note=f"{number:,} {collection.name} {whose}, besides those of the requests.",
        data=[{"request": name, "ratio": ratio} for name, ratio in ratios.items()],
    )
