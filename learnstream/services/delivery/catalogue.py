"""The catalogue: the public pages and lists of published courses."""

import re
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from hashlib import blake2b
from typing import Any, TypedDict

import orjson
from bson import ObjectId, Regex

from learnstream.documents import Course, CourseStatus, Video, VideoStatus
from learnstream.documents.course import Instructor, Labels, Metadata, StoredPrice
from learnstream.documents.projection import Projection, pick
from learnstream.documents.rating import ListedRating, ShownRating
from learnstream.documents.rating import shown as shown_rating
from learnstream.errors.authoring import NoSuchCourse
from learnstream.services.authoring import courses
from learnstream.services.foundation import text_search
from learnstream.services.foundation.content import Content, dump, pack, unpack
from learnstream.stores import cache
from learnstream.stores.keyset import Keys, Part
from learnstream.stores.memo import Memo
from learnstream.stores.mongo import Expression
from learnstream.web import photo_urls
from learnstream.web.photo_urls import PhotoUrls

TTL_SECONDS = 30

totals: Memo[int] = Memo(1000)


class Listed(Labels):
    """The part of the catalogue's copy that an entry is made from."""

    instructors: list[Instructor]
    lesson_count: int
    sort_title: str
    updated_at: datetime
    video_ids: list[ObjectId]


class Described(Listed, Metadata):
    """The part of the catalogue's copy that a course's page is made from."""


class Facts(TypedDict):
    """The facts of a course that its entry contains."""

    _id: ObjectId
    slug: str
    status: str
    current_version: int
    rating: ListedRating
    price: StoredPrice | None
    published_at: datetime


class ListedCourse(Facts):
    published: Listed


class DescribedCourse(Facts):
    published: Described


class Titled(TypedDict):
    title: str
    cover: str


class CardCourse(TypedDict):
    """A course as other lists show it."""

    _id: ObjectId
    slug: str
    status: str
    published: Titled


class Playable(TypedDict):
    _id: ObjectId
    duration: float | None


class Card(TypedDict):
    """The summary of a course in other lists."""

    title: str
    slug: str
    cover: str
    status: str


class ShownInstructor(TypedDict):
    id: int
    name: str
    photo: PhotoUrls | None


class ShownPrice(TypedDict):
    amount: int
    currency: str


class Entry(Labels):
    """A course in the catalogue."""

    instructors: list[ShownInstructor]
    lesson_count: int
    id: ObjectId
    slug: str
    status: str
    duration: float
    version: int
    rating: ShownRating
    price: ShownPrice | None
    published_at: datetime
    updated_at: datetime


ENTRY = Projection(Course, ListedCourse)
PAGE = Projection(Course, DescribedCourse)
CARDS = Projection(Course, CardCourse)
DURATIONS = Projection(Video, Playable)
# The id makes the order total, so that no course appears on two pages.
ORDERS = {
    "newest": Keys(("published_at", -1), ("_id", 1)),
    "oldest": Keys(("published_at", 1), ("_id", -1)),
    "title": Keys(("published.sort_title", 1), ("_id", 1)),
    # Courses without a rating come last.
    "rating": Keys(("rating.score", -1), ("_id", 1), nullable=True),
    "relevance": Keys(("score", -1), ("_id", 1)),
}
# See `text_search.score`.
WEIGHTS = {"title": 10, "tags": 5, "summary": 3}


def read(course_id: str) -> Content:
    """Return the public page of a published or archived course.

    Raises:
        NotFound: there is none, or it was never published.
    """
    return unpack(cache.get_or_load(courses.public_key(course_id), lambda: _load_course(course_id), ttl=TTL_SECONDS))


def browse(*, filters: Mapping[str, Any], sort: str | None, part: Part) -> Content:
    """Return a page of the courses that are open to new learners; its facts `total` and `place` are as in `Found`.

    `filters` may contain `q` (search terms), `subject`, `subject_id`, `tag` (a list), `level`, `language`, `instructor`,
    `slug`.
    """
    order = sort or ("relevance" if filters.get("q") else "newest")
    key = f"catalogue:{_digest(filters, order, part.first, part.size, part.after)}"
    return unpack(
        cache.get_or_load_in(courses.CATALOGUE, key, lambda: _load_page(filters, order, part), ttl=TTL_SECONDS)
    )


def cards(course_ids: Collection[str]) -> dict[str, Card]:
    """Return the summaries of courses that other lists show, by id: `title`, `slug`, `cover`, `status`.

    One query loads all that are not cached. Deleted courses are left out, and so are uncached ones while the store is
    down.
    """
    found = cache.get_or_load_each([courses.card_key(each) for each in course_ids], _load_cards, ttl=TTL_SECONDS)
    return {key.removeprefix(courses.CARD): orjson.loads(card) for key, card in found.items()}


def titles(course_ids: Sequence[str]) -> list[str]:
    """Return the titles of courses in this order, without those that `cards` leaves out."""
    found = cards(course_ids)
    return [found[course_id]["title"] for course_id in course_ids if course_id in found]


def query_for(filters: Mapping[str, Any]) -> Expression:
    """Translate filters into a MongoDB query."""
    query: Expression = {"status": CourseStatus.PUBLISHED.value}
    for name, value in filters.items():
        if value:
            field, condition = CONDITIONS[name](value)
            query[field] = condition
    return query


CONDITIONS: dict[str, Callable[[Any], tuple[str, Any]]] = {
    "q": lambda text: ("published.words", _search(text)),
    "subject": lambda subject: ("published.subject", subject),
    "subject_id": lambda subject_id: ("published.subject_id", subject_id),
    "tag": lambda tags: ("published.tags", {"$all": tags}),
    "level": lambda level: ("published.level", level),
    # A language range matches the tags it is a prefix of (RFC 4647, basic filtering).
    "language": lambda tag: ("published.language", {"$regex": f"^{re.escape(tag)}(-|$)"}),
    "instructor": lambda user_id: ("instructor_ids", user_id),
    "slug": lambda slug: ("slug", slug),
}


def _search(text: str) -> Expression:
    """Match courses with a word that starts with any search term, and none of the words that follow a minus."""
    search: Expression = {"$in": [Regex(f"^{word}") for word in text_search.wanted(text)]}
    unwanted = text_search.unwanted(text)
    return search | ({"$nin": unwanted} if unwanted else {})


def _load_page(filters: Mapping[str, Any], order: str, part: Part) -> bytes:
    found = ORDERS[order].cut(_find(filters, order, part), part, None if part.after else _total(filters))
    durations = _durations(course["published"] for course in found.entries)
    return pack(
        [_entry(course, course["published"], durations) for course in found.entries],
        total=found.total,
        place=found.position,
    )


def _find(filters: Mapping[str, Any], order: str, part: Part) -> Iterable[ListedCourse]:
    query, keys = query_for(filters), ORDERS[order]
    if order != "relevance":
        return ENTRY.find(keys.part_of(query, part), sort=keys.sort, skip=part.first, limit=part.look)
    # Sorting and paging by the computed score requires an aggregation pipeline.
    stages: list[Expression] = [
        {"$match": query},
        {"$set": {"score": text_search.score(text_search.wanted(filters["q"]), "published.folded", WEIGHTS)}},
        {"$match": keys.part_of({}, part)},
        {"$sort": dict(keys.sort)},
        {"$skip": part.first},
        {"$limit": part.look},
        {"$project": {**(ENTRY.fields or {}), "score": 1}},
    ]
    return map(ENTRY.complete, Course.collection().aggregate(stages))


def _total(filters: Mapping[str, Any]) -> int:
    """Return how many courses a query finds, as counted in this 30 s window and since the catalogue last changed.

    Counting scans all matches, 7 ms for 10,000 courses, so each process counts once for all pages of a query. If Redis loses the generation in
    the same window, a change may be missed until the window ends.
    """

    def count() -> int:
        return Course.collection().count_documents(query_for(filters))

    [catalogue] = cache.lookup(courses.CATALOGUE)
    # Without the generation it is unknown whether the catalogue has changed.
    if catalogue is cache.MISS:
        return count()
    key = _digest(catalogue.generation.decode(), time.time() // TTL_SECONDS, filters)
    return totals.get_or_load(key, count)


def _load_course(course_id: str) -> bytes:
    course = PAGE.find_one({"_id": ObjectId(course_id)})
    if course is None or not course["current_version"] or course["status"] == CourseStatus.DELETED:
        raise NoSuchCourse()
    published = course["published"]
    entry = _entry(course, published, _durations([published]))
    return pack({**entry, **pick(Metadata, published)})


def _entry(course: Facts, published: Listed, durations: dict[ObjectId, float]) -> Entry:
    return {
        "id": course["_id"],
        "slug": course["slug"],
        "status": course["status"],
        **pick(Labels, published),
        "instructors": [_instructor(person) for person in published["instructors"]],
        "lesson_count": published["lesson_count"],
        "duration": sum(durations.get(video_id, 0.0) for video_id in published["video_ids"]),
        "version": course["current_version"],
        "rating": shown_rating(course["rating"]),
        "price": _price(course["price"]),
        "published_at": course["published_at"],
        "updated_at": published["updated_at"],
    }


def _price(price: StoredPrice | None) -> ShownPrice | None:
    if price is None or price["amount"] is None or price["currency"] is None:
        return None
    return {"amount": price["amount"], "currency": price["currency"]}


def _instructor(person: Instructor) -> ShownInstructor:
    return {"id": person["id"], "name": person["name"], "photo": photo_urls.urls(person.get("photo_id"))}


def _load_cards(keys: Sequence[str]) -> dict[str, bytes]:
    ids = [ObjectId(key.removeprefix(courses.CARD)) for key in keys]
    found = CARDS.find({"_id": {"$in": ids}, "current_version": {"$gt": 0}})
    return {
        courses.card_key(str(course["_id"])): dump(_card(course))
        for course in found
        if course["status"] != CourseStatus.DELETED
    }


def _card(course: CardCourse) -> Card:
    return {**course["published"], "slug": course["slug"], "status": course["status"]}


def _durations(found: Iterable[Listed]) -> dict[ObjectId, float]:
    """Return the durations of playable videos in seconds, in one query for all courses."""
    video_ids = [video_id for published in found for video_id in published["video_ids"]]
    if not video_ids:
        return {}
    ready = DURATIONS.find({"_id": {"$in": video_ids}, "status": VideoStatus.READY.value})
    return {video["_id"]: video["duration"] or 0.0 for video in ready}


def _digest(*parts: Any) -> str:
    return blake2b(dump(parts), digest_size=12).hexdigest()
