"""Searching 20,000 courses, 100,000 lessons and 20,000 books: times by kind of query, and what the index takes."""

import argparse
import time
from collections.abc import Callable, Iterator
from functools import partial
from random import Random
from urllib.parse import quote

import mongoengine

from bench import load, report
from bench.load import request
from bench.report import Table
from bench.searched import Searched
from bench.testbed import Testbed
from devstack.errors import DevstackError
from devstack.terminal.console import say, step
from learnstream.documents.search_entry import SearchEntry, SearchWord
from learnstream.services.search import index

COURSES, LESSONS, BOOKS = 20_000, 100_000, 20_000
SAMPLES, WARM_UP = 60, 10  # of each kind of query
SEARCH_TARGET, SUGGEST_TARGET = 50.0, 20.0  # milliseconds, 95th percentile
MEGABYTE = 1024 * 1024


def measure(testbed: Testbed, _: argparse.Namespace) -> list[Table]:
    """Fill and index a large school, then search it; every query is another one, so that no cached answer helps."""
    with step(f"creating {COURSES:,} courses with {LESSONS:,} lessons, and {BOOKS:,} books"):
        searched = Searched(courses=COURSES, lessons=LESSONS, books=BOOKS)
    with step("indexing them"):
        started = time.monotonic()
        index.rebuild(lambda kind, done: None)
        seconds = time.monotonic() - started
    queries = Queries(searched)
    url = testbed.application.url
    return [
        _times("Search", url, "/search", queries.mix(), SEARCH_TARGET),
        _times("Suggestions", url, "/search/suggest", queries.typed(), SUGGEST_TARGET),
        _size(seconds),
    ]


class Queries:
    """Queries for what was created, by their kinds."""

    def __init__(self, searched: Searched) -> None:
        self._random = Random(11)
        self._titles = searched.titles
        self._words = searched.texts.vocabularies["en"].words
        self._russian = searched.texts.vocabularies["ru"].words
        self._chinese = [title for title in self._titles if "\u4e00" <= title[0] <= "\u9fff" and len(title) > 4]

    def mix(self) -> dict[str, Callable[[], str]]:
        choose, words = self._random.choice, self._words
        return {
            "a frequent word": lambda: choose(words[:50]),
            "a word": lambda: choose(words[50:3000]),
            "a rare word": lambda: choose(words[10_000:]),
            "one letter": lambda: choose("abdegikmnpqrstv"),
            "two letters": lambda: choose(words)[:2],
            "the beginning of a word": lambda: choose(words[:5000])[:5],
            "two frequent words": lambda: f"{choose(words[:50])} {choose(words[:50])}",
            "two words": lambda: f"{choose(words[50:2000])} {choose(words[50:2000])}",
            "a frequent and a rare word": lambda: f"{choose(words[:50])} {choose(words[5000:])}",
            "a title": lambda: choose(self._titles),
            "the beginning of a Cyrillic word": lambda: choose(self._russian[:3000])[:5],
            "two Chinese characters": lambda: choose(self._chinese)[:2],
            "four Chinese characters": lambda: choose(self._chinese)[:4],
            "no match": lambda: f"{choose(words)}zz",
            "a word without another": lambda: f"{choose(words[:2000])} -{choose(words[:50])}",
        }

    def typed(self) -> dict[str, Callable[[], str]]:
        sizes = (1, 2, 3, 5, 8, 12)
        return {f"{size} characters": partial(self._begin_of_title, size) for size in sizes}

    def _begin_of_title(self, size: int) -> str:
        return self._random.choice(self._titles)[:size]


def _times(title: str, url: str, path: str, kinds: dict[str, Callable[[], str]], target: float) -> Table:
    rows, data, everything = [], [], list[float]()
    for name, make in kinds.items():
        times = sorted(_samples(url, path, make))
        everything += times
        rows.append((name, f"{_share(times, 0.5):.1f}", f"{_share(times, 0.95):.1f}", "", ""))
        data.append({"query": name, "p50": _share(times, 0.5), "p95": _share(times, 0.95)})
        say(f"  {name}: {_share(times, 0.5):.1f} ms, 95% within {_share(times, 0.95):.1f} ms")
    everything.sort()
    slow = _share(everything, 0.95)
    verdict = report.verdict(slow <= target)
    rows.append(("all", f"{_share(everything, 0.5):.1f}", f"{slow:.1f}", f"at most {target:.0f}", verdict))
    return Table(
        title=title,
        columns=("query", "p50 ms", "p95 ms", "target", ""),
        rows=rows,
        note=f"{SAMPLES} queries of each kind, one at a time, none cached.",
        data=data,
    )


def _samples(url: str, path: str, make: Callable[[], str]) -> Iterator[float]:
    for number in range(WARM_UP + SAMPLES):
        # Characters without width are no part of a word, but make it another query.
        query = quote(make() + "\u200b" * number)
        started = time.perf_counter()
        response, _ = load.send(url, request("GET", f"{path}?q={query}"))
        if response.status != 200:
            raise DevstackError(f"{path}?q={query}: {response.status}")
        if number >= WARM_UP:
            yield (time.perf_counter() - started) * 1000


def _share(times: list[float], share: float) -> float:
    return times[min(len(times) - 1, int(len(times) * share))]


def _size(seconds: float) -> Table:
    database = mongoengine.get_db()
    rows = []
    for document in (SearchEntry, SearchWord):
        stats = database.command("collStats", document._get_collection_name())
        size, indexes = (stats[name] // MEGABYTE for name in ("storageSize", "totalIndexSize"))
        rows.append((document._get_collection_name(), f"{stats['count']:,}", str(size), str(indexes)))
    return Table(
        title="Search index",
        columns=("collection", "documents", "MB", "MB of indexes"),
        rows=rows,
        note=f"`flask rebuild-search` took {seconds:.0f} s.",
        data=[{"seconds": seconds}],
    )
