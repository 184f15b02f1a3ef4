"""Daily comparison of our videos with the video service's list of assets, to detect deletions whose webhook was lost.

The list is read page by page. Each page marks the videos whose assets it contains; after the last page, unmarked videos
are doubted, and their reviews ask the service about each. An interrupted comparison resumes at its last page.
"""

import logging
from datetime import datetime, timedelta

from learnstream.clock import now
from learnstream.documents import Video, VideoStatus
from learnstream.documents.stats import RollupNotes
from learnstream.errors.video_service import Refused, Unconfigured, VideoServiceError
from learnstream.integrations import video as port
from learnstream.services.foundation import lease
from learnstream.services.foundation.lease import Lease, LeaseLost
from learnstream.services.media import videos

log = logging.getLogger(__name__)

NAME = "assets"
EVERY = timedelta(days=1)
# Per run, one a minute: 2,000 assets at a third of a request per second.
PAGES = 20
ALL_PAGES = 100_000
# So few assets may all have been deleted. If most of a larger number are missing, the list is likely another
# environment's.
FEW = 10


def compare() -> bool:
    """Read the next pages of the list if a comparison is due or running; return whether it was completed."""
    with lease.hold(NAME) as held:
        if held is None:
            return False
        notes: RollupNotes = lease.notes(NAME)
        if "began_at" not in notes or notes["began_at"] <= now() - EVERY:
            notes = _begin(held)
        return bool(notes["reading"]) and _continue(held, notes, PAGES)


def compare_all() -> bool:
    """Compare with the whole list now; return whether that was possible."""
    with lease.hold(NAME) as held:
        return held is not None and _continue(held, _begin(held), ALL_PAGES)


def _begin(held: Lease) -> RollupNotes:
    notes: RollupNotes = {"began_at": now(), "cursor": None, "reading": True}
    held.renew(**notes)
    return notes


def _continue(held: Lease, notes: RollupNotes, pages: int) -> bool:
    try:
        return _read(held, notes["began_at"], notes["cursor"], pages)
    except Refused as error:
        # A cursor may have expired, so start again; if the first page is refused, retry tomorrow.
        log.warning("the list of assets was refused: %s", error)
        held.renew(cursor=None, reading=lease.notes(NAME)["cursor"] is not None)
    except (VideoServiceError, LeaseLost) as error:
        log.warning("the list of assets could not be read: %s", error)
    except Unconfigured:
        pass
    return False


def _read(held: Lease, began_at: datetime, cursor: str | None, pages: int) -> bool:
    for _ in range(pages):
        page = port.service().list_assets(cursor)
        listed = {"asset_id": {"$in": list(page.asset_ids)}}
        Video.collection().update_many(listed, {"$set": {"listed_at": began_at}})
        cursor = page.next_cursor
        if cursor is None:
            _doubt_unlisted(began_at)
            held.renew(cursor=None, reading=False)
            return True
        held.renew(cursor=cursor)
    return False


def _doubt_unlisted(began_at: datetime) -> None:
    """Doubt the videos that were ready when the comparison began but are not in the list."""
    expected = {"status": VideoStatus.READY.value, "status_at": {"$lt": began_at}, "purging": {"$ne": True}}
    unlisted = expected | {"listed_at": {"$not": {"$gte": began_at}}}
    count, total = map(Video.collection().count_documents, (unlisted, expected))
    if count > FEW and count > total / 2:
        log.error("%d of %d assets are not listed: does the access token belong to their environment?", count, total)
        return
    videos.doubt(unlisted)
