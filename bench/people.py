"""Those who are signed in during a measurement, and the courses they learn in."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Taught:
    """A published course: its lessons and their videos, in order."""

    id: str
    lessons: tuple[str, ...]
    videos: tuple[str, ...]


@dataclass(frozen=True)
class Student:
    """Somebody signed in, with seats in these courses."""

    id: int
    email: str
    token: str
    courses: tuple[Taught, ...]


def signed_in(student: Student) -> dict[str, str]:
    """Return the headers of a request that a student sends."""
    return {"Authorization": f"Bearer {student.token}"}
