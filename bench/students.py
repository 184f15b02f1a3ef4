"""The students that are signed in during a measurement, and the courses they are enrolled in."""

from dataclasses import dataclass


@dataclass(frozen=True)
class PublishedCourse:
    """A published course: its lessons and their videos, in order."""

    id: str
    lessons: tuple[str, ...]
    videos: tuple[str, ...]


@dataclass(frozen=True)
class Student:
    """A signed-in student, enrolled in these courses."""

    id: int
    email: str
    token: str
    courses: tuple[PublishedCourse, ...]


def auth_headers(student: Student) -> dict[str, str]:
    """Return the headers of a student's request."""
    return {"Authorization": f"Bearer {student.token}"}
