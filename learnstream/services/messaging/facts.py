"""The facts of each mail: which a template takes, and how each is checked and shown.

Facts are stored as JSON, so dates and times may be strings (RFC 3339). Texts may be anything that a user has typed;
every other value that does not fit is an error of the caller's.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

from learnstream.documents.notification import NoticeKind
from learnstream.models import Role
from learnstream.models.mail import MailTemplate
from learnstream.services.messaging import kind_names
from learnstream.text.display import UserText, one_line, without_links
from learnstream.text.translation import format_day, format_instant

# Characters of user texts that a mail shows; the subject consists of at most two of them and a few words.
NAME_LENGTH, TITLE_LENGTH, ADDRESS_LENGTH, LINE_LENGTH = 60, 100, 254, 1000
MAX_COURSES, MAX_LINES, MAX_NOTICES = 20, 50, 50
# A notice is one sentence with up to two titles, and may be the subject. An announcement is a page of text at most.
NOTICE_LENGTH, MAX_TEXT_LINES, TEXT_LENGTH = 240, 500, 10_000
MAX_LINK = 2048
LINE_STARTS = "> -=_*#+|~"

Reader = Callable[[Any, str], Any]


class WrongFacts(ValueError):
    """The facts do not fit the template. The message names them, without their values, since it is logged."""


def present(template: MailTemplate, language: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the facts of a template as it shows them in a language.

    Raises:
        WrongFacts: a fact is missing, unknown to the template, or invalid.
    """
    if wrong := (FOR_EVERY_MAIL | FACTS[template]) ^ facts.keys():
        raise WrongFacts(f"{template}: missing or unknown: {', '.join(sorted(wrong))}")
    return {fact: _read(template, fact, value, language) for fact, value in facts.items()}


def _read(template: MailTemplate, fact: str, value: Any, language: str) -> Any:
    try:
        return READERS[fact](value, language)
    except (TypeError, ValueError, AttributeError, KeyError):
        raise WrongFacts(f"{template}: invalid: {fact}") from None


def _line(limit: int, *, links: bool = False) -> Reader:
    def read(value: str | None, _: str) -> UserText:
        line = one_line(value or "", limit)
        return UserText(line if links else without_links(line))

    return read


def _name(value: str | None, language: str) -> UserText:
    """Read a name, which may begin a line of the text: not with what would make that a quotation, an item or a rule."""
    name = _line(NAME_LENGTH)(value, language)
    return UserText(name.text.lstrip(LINE_STARTS))


def _titles(values: Iterable[str], language: str) -> list[UserText]:
    """Read the titles of courses; the mail shows so many and counts the others."""
    if isinstance(values, str):
        raise TypeError
    return [_line(TITLE_LENGTH)(value, language) for value in values]


def _lines(most: int, limit: int) -> Reader:
    """Read a message of several lines, whose author the recipient has to do with, and who may refer to a page."""

    def read(value: str | None, language: str) -> list[UserText]:
        read_line = _line(limit, links=True)
        lines = [line for each in (value or "").splitlines() if (line := read_line(each, language))]
        return lines if len(lines) <= most else [*lines[:most], UserText("…")]

    return read


def _notices(values: Iterable[str], language: str) -> list[UserText]:
    if isinstance(values, str) or not (notices := [_line(NOTICE_LENGTH)(value, language) for value in values]):
        raise TypeError
    return notices


def _sections(values: Iterable[Mapping[str, Any]], language: str) -> list[dict[str, Any]]:
    """Read the notices of a digest by course; those without a course have no title."""
    sections = [
        {
            "title": _line(TITLE_LENGTH)(value["title"], language),
            "notices": _notices(value["notices"], language),
        }
        for value in values
    ]
    if not sections:
        raise ValueError
    return sections


def _kind(value: str, language: str) -> str:
    return kind_names.name_of(NoticeKind(value), language)


def _link(value: str, _: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"https", "http"} or not parts.hostname:
        raise ValueError
    if len(value) > MAX_LINK or not value.isascii() or not value.isprintable() or set(value) & set(" \"'<>\\`"):
        raise ValueError
    return value


def _number(value: int, _: str) -> int:
    if type(value) is not int or value < 1:
        raise ValueError
    return value


def _day(value: date | str, language: str) -> str:
    day = date.fromisoformat(value) if isinstance(value, str) else value
    return format_day(day, language)


def _instant(value: datetime | str, language: str) -> str:
    at = datetime.fromisoformat(value) if isinstance(value, str) else value
    return format_instant(at, language)


def _one_of(*words: str) -> Reader:
    def read(value: str, _: str) -> str:
        if value not in words:
            raise ValueError
        return str(value)

    return read


READERS: dict[str, Reader] = {
    "name": _name,
    "school": _line(NAME_LENGTH, links=True),
    "link": _link,
    "expires_in_hours": _number,
    "inviter": _name,
    "role": _one_of(*Role),
    "courses": _titles,
    "message": _lines(MAX_LINES, LINE_LENGTH),
    "expires_on": _day,
    "new_address": _line(ADDRESS_LENGTH, links=True),
    "at": _instant,
    "device": _line(TITLE_LENGTH),
    "network": _line(TITLE_LENGTH, links=True),
    "change": _one_of("on", "off", "recovery_code_used", "removed_by_administrator"),
    "kind": _kind,
    "notices": _notices,
    "count": _number,
    "sections": _sections,
    "of": _line(TITLE_LENGTH),
    "title": _line(TITLE_LENGTH),
    "author": _name,
    "text": _lines(MAX_TEXT_LINES, TEXT_LENGTH),
    "unsubscribe": _link,
}
# The recipient's name, empty if it is not known, and the platform's.
FOR_EVERY_MAIL = {"name", "school"}
FACTS: dict[MailTemplate, set[str]] = {
    MailTemplate.VERIFY_EMAIL: {"link", "expires_in_hours"},
    MailTemplate.RESET_PASSWORD: {"link", "expires_in_hours"},
    MailTemplate.CONFIRM_ADDRESS: {"link", "expires_in_hours"},
    MailTemplate.INVITATION: {"inviter", "role", "courses", "message", "link", "expires_on"},
    MailTemplate.ADDRESS_CHANGED: {"new_address", "link"},
    MailTemplate.PASSWORD_CHANGED: {"at"},
    MailTemplate.NEW_DEVICE: {"device", "network", "at"},
    MailTemplate.SECOND_FACTOR_CHANGED: {"change", "at"},
    MailTemplate.ALREADY_REGISTERED: {"link"},
    MailTemplate.NOTIFICATION: {"kind", "notices", "link", "unsubscribe"},
    MailTemplate.DIGEST: {"count", "sections", "link", "unsubscribe"},
    MailTemplate.ANNOUNCEMENT: {"kind", "of", "title", "author", "text", "link", "unsubscribe"},
}
