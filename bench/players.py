"""The requests that a player sends while a lesson is watched."""

import json
from dataclasses import dataclass
from typing import Self

from bench import progress_records
from bench.load import JSON, request
from bench.students import PublishedCourse, Student, auth_headers
from learnstream.clock import now

STRETCH_SECONDS = 10  # seconds of video in a heartbeat


@dataclass(frozen=True)
class Player:
    """A student's player: it started a viewing long ago, and reports under that viewing's `viewing_id`."""

    student: Student
    lesson_id: str
    viewing_id: str

    @classmethod
    def start_viewing(cls, student: Student, course: PublishedCourse, lesson: int) -> Self:
        return cls(student, course.lessons[lesson], progress_records.begin_viewing(student, course, lesson))

    def heartbeat(self, stretch: int) -> bytes:
        """Build the heartbeat for a stretch of the video, the first being number 0."""
        start = stretch * STRETCH_SECONDS
        played = {"from": start + 0.2, "to": start + STRETCH_SECONDS + 0.1, "at": now().isoformat()}
        body = {
            "viewing_id": self.viewing_id,
            "seq": stretch + 1,
            "client_time": now().isoformat(),
            "position": played["to"],
            "played": [played],
        }
        path = f"/lessons/{self.lesson_id}/progress"
        return request("PUT", path, headers=auth_headers(self.student) | JSON, body=json.dumps(body).encode())
