"""Reads of the learning record: each request is about another student, in a school of any size."""

from collections.abc import Callable
from dataclasses import dataclass

from bench import load
from bench.people import Student, Taught
from bench.school import School

PAGE = 100  # events

Path = Callable[[Taught, Student], str]


@dataclass(frozen=True)
class Read:
    """A GET request, with the role that sends it. `by_row` if the response grows with the platform."""

    name: str
    who: str
    path: Path
    by_row: bool = False

    def request(self, school: School, number: int) -> bytes:
        """Build the request; each number selects another student or course."""
        student = school.students[number * 7 % len(school.students)]
        course = student.courses[0]
        token = student.token if self.who == "learner" else getattr(school, f"{self.who}_token")
        path = self.path(course, student)
        return load.request("GET", path, headers={"Authorization": f"Bearer {token}"})


def _lesson(what: str) -> Path:
    return lambda course, student: f"/lessons/{course.lessons[3]}/{what}"


def _course(what: str) -> Path:
    return lambda course, student: f"/courses/{course.id}/{what}"


def _own(path: str) -> Path:
    return lambda course, student: path


LEARNERS = (
    ("GET /lessons/{id}/progress", _lesson("progress")),
    ("GET /lessons/{id}/access", _lesson("access")),
    ("GET /courses/{id}/access", _course("access")),
    ("GET /courses/{id}/progress", _course("progress")),
    ("GET /users/me/progress", _own("/users/me/progress")),
    ("GET /users/me/history", _own("/users/me/history")),
)
TABLE = (
    ("first page", ""),
    ("second page of 50", "?page=2&page_size=50"),
    ("by progress", "?sort=-progress"),
    ("by last activity", "?sort=-last_active_at"),
    ("by day of enrollment", "?sort=-enrolled_at"),
    ("half done or more", "?min_progress=0.5"),
    ("completed", "?status=completed"),
    ("by a part of the name", "?q=somebody"),
)
TEACHERS = (
    *((f"GET /courses/{{id}}/learners, {what}", _course(f"learners{query}")) for what, query in TABLE),
    ("GET /courses/{id}/learners.csv", _course("learners.csv")),
    (
        "GET /courses/{id}/learners/{id}/progress",
        lambda course, student: f"/courses/{course.id}/learners/{student.id}/progress",
    ),
    ("GET /courses/{id}/publish-preview", _course("publish-preview")),
    ("GET /courses/{id}/versions/diff, of versions", _course("versions/diff?from=1&to=2")),
    ("GET /courses/{id}/versions/diff, of the draft", _course("versions/diff?from=1")),
    ("GET /courses/{id}/analytics", _course("analytics")),
    ("GET /courses/{id}/analytics.csv, days", _course("analytics.csv?table=days")),
    ("GET /courses/{id}/analytics.csv, funnel", _course("analytics.csv?table=funnel")),
    ("GET /lessons/{id}/analytics", _lesson("analytics")),
    ("GET /lessons/{id}/analytics.csv, retention", _lesson("analytics.csv?table=retention")),
)
ADMINS = (
    ("GET /admin/analytics", _own("/admin/analytics")),
    ("GET /admin/analytics.csv, days", _own("/admin/analytics.csv?table=days")),
)
WHOLE = (
    ("GET /admin/analytics.csv, courses", _own("/admin/analytics.csv?table=courses")),
    ("GET /admin/analytics.csv, lessons", _own("/admin/analytics.csv?table=lessons")),
)


def all_reads(events: int) -> list[Read]:
    """Return every read, for a school whose feed has so many events."""
    feed = _own(f"/events?limit={PAGE}&after={max(0, events // 2 - PAGE)}")
    return [
        *(Read(name, "learner", path) for name, path in LEARNERS),
        *(Read(name, "teacher", path) for name, path in TEACHERS),
        *(Read(name, "admin", path) for name, path in ADMINS),
        *(Read(name, "admin", path, by_row=True) for name, path in WHOLE),
        Read(f"GET /events, {PAGE} of them", "admin", feed),
        Read("GET /events, the latest", "admin", _own(f"/events?limit={PAGE}&after={max(0, events - PAGE)}")),
    ]
