"""The use of files: what else refers to them by their ids.

A user of files first holds the file (`files.hold`), then writes its reference, within the time of a request. Whoever
removes a file marks it, unless it was held in between, and then asks again: so either the reference is found, or the file
can no longer be held.
"""

from collections import defaultdict
from collections.abc import Callable, Collection

from bson import ObjectId

from learnstream.documents.file import FilePurpose

Namer = Callable[[Collection[ObjectId]], Collection[ObjectId]]
namers: dict[FilePurpose, list[Namer]] = defaultdict(list)


def names_files(purpose: FilePurpose) -> Callable[[Namer], Namer]:
    """Register a function that returns which of the given files something refers to.

    Files of a purpose without such a function are always in use: only their owners remove them.
    """

    def register(namer: Namer) -> Namer:
        namers[purpose].append(namer)
        return namer

    return register


def named(purpose: FilePurpose, ids: Collection[ObjectId]) -> set[ObjectId]:
    """Return which of these files something refers to."""
    return {file_id for namer in namers[purpose] for file_id in namer(ids)} if ids else set()
