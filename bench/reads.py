"""Reads of the learning record: each request is about another student, in a data set of any size."""

from collections.abc import Callable
from dataclasses import dataclass

from bench import load
from bench.dataset import Dataset
from bench.students import PublishedCourse, Student

PAGE_SIZE = 100  # events

Path = Callable[[PublishedCourse, Student], str]


@dataclass(frozen=True)
class Read:
    """A GET request, with the role that sends it. `per_row` if the response grows with the platform."""

    name: str
    role: str
    path: Path
    per_row: bool = False

    def request(self, dataset: Dataset, number: int) -> bytes:
        """Build the request; each number selects another student or course."""
        student = dataset.students[number * 7 % len(dataset.students)]
        course = student.courses[0]
        token = student.token if self.role == "learner" else getattr(dataset, f"{self.role}_token")
        path = self.path(course, student)
        return load.request("GET", path, headers={"Authorization": f"Bearer {token}"})


def _lesson_path(suffix: str) -> Path:
    return lambda course, student: f"/lessons/{course.lessons[3]}/{suffix}"


def _course_path(suffix: str) -> Path:
    return lambda course, student: f"/courses/{course.id}/{suffix}"


def _fixed_path(path: str) -> Path:
    return lambda course, student: path


LEARNER_READS = (
    ("GET /lessons/{id}/progress", _lesson_path("progress")),
    ("GET /lessons/{id}/access", _lesson_path("access")),
    ("GET /courses/{id}/access", _course_path("access")),
    ("GET /courses/{id}/progress", _course_path("progress")),
    ("GET /users/me/progress", _fixed_path("/users/me/progress")),
    ("GET /users/me/history", _fixed_path("/users/me/history")),
)
LEARNER_TABLE_QUERIES = (
    ("first page", ""),
    ("second page of 50", "?page=2&page_size=50"),
    ("by progress", "?sort=-progress"),
    ("by last activity", "?sort=-last_active_at"),
    ("by day of enrollment", "?sort=-enrolled_at"),
    ("half done or more", "?min_progress=0.5"),
    ("completed", "?status=completed"),
    ("by a part of the name", "?q=student"),
)
INSTRUCTOR_READS = (
    *(
        (f"GET /courses/{{id}}/learners, {suffix}", _course_path(f"learners{query}"))
        for suffix, query in LEARNER_TABLE_QUERIES
    ),
    ("GET /courses/{id}/learners.csv", _course_path("learners.csv")),
    (
        "GET /courses/{id}/learners/{id}/progress",
        lambda course, student: f"/courses/{course.id}/learners/{student.id}/progress",
    ),
    ("GET /courses/{id}/publish-preview", _course_path("publish-preview")),
    ("GET /courses/{id}/versions/diff, of versions", _course_path("versions/diff?from=1&to=2")),
    ("GET /courses/{id}/versions/diff, of the draft", _course_path("versions/diff?from=1")),
    ("GET /courses/{id}/analytics", _course_path("analytics")),
    ("GET /courses/{id}/analytics.csv, days", _course_path("analytics.csv?table=days")),
    ("GET /courses/{id}/analytics.csv, funnel", _course_path("analytics.csv?table=funnel")),
    ("GET /lessons/{id}/analytics", _lesson_path("analytics")),
    ("GET /lessons/{id}/analytics.csv, retention", _lesson_path("analytics.csv?table=retention")),
)
ADMIN_READS = (
    ("GET /admin/analytics", _fixed_path("/admin/analytics")),
    ("GET /admin/analytics.csv, days", _fixed_path("/admin/analytics.csv?table=days")),
)
PLATFORM_EXPORTS = (
    ("GET /admin/analytics.csv, courses", _fixed_path("/admin/analytics.csv?table=courses")),
    ("GET /admin/analytics.csv, lessons", _fixed_path("/admin/analytics.csv?table=lessons")),
)


def all_reads(events: int) -> list[Read]:
    """Return every read, for a data set whose feed has so many events."""
    feed = _fixed_path(f"/events?limit={PAGE_SIZE}&after={max(0, events // 2 - PAGE_SIZE)}")
    return [
        *(Read(name, "learner", path) for name, path in LEARNER_READS),
        *(Read(name, "instructor", path) for name, path in INSTRUCTOR_READS),
        *(Read(name, "admin", path) for name, path in ADMIN_READS),
        *(Read(name, "admin", path, per_row=True) for name, path in PLATFORM_EXPORTS),
        Read(f"GET /events, {PAGE_SIZE} of them", "admin", feed),
        Read(
            "GET /events, the latest",
            "admin",
            _fixed_path(f"/events?limit={PAGE_SIZE}&after={max(0, events - PAGE_SIZE)}"),
        ),
    ]
