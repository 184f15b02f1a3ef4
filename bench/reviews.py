"""The cost of writing a review among a hundred times the reviews."""

import argparse

from bench import hundredfold
from bench.report import Table
from bench.testbed import Testbed
from learnstream.documents import Review


def measure(testbed: Testbed, options: argparse.Namespace) -> list[Table]:
    """Measure the cost of a review among a hundred times the reviews, most of them of one course."""
    whose = "of one course by other users"
    return [hundredfold.measure(testbed, options, Review, part="reviews", whose=whose)]
