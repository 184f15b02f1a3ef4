"""Reviews, and the requests of the students who write them."""

import json
from collections.abc import Callable, Iterator, Sequence
from itertools import count

from bench.load import JSON, request
from bench.students import Student, auth_headers
from learnstream.documents import Review
from learnstream.services.reviews import subjects, writing

TEXT = "I finally know why the moon has phases, and where to look for the planets. " * 5
PERCENT = 40


class Reviews:
    """Reviews that students write of courses that they have seen something of. Needs an application context."""

    def __init__(self, students: Sequence[Student], course_of: Callable[[Student], str]) -> None:
        self._pairs = [(student, course_of(student)) for student in students]
        self._changes = count(1)
        for student, course_id in self._pairs:
            writing.save(
                subjects.course(course_id),
                author_id=student.id,
                given={"stars": 3, "text": TEXT, "anonymous": False},
                progress_percent=PERCENT,
            )

    def saves(self) -> Iterator[bytes]:
        """Replace the review of one student after the other, each time with other stars and another text."""
        while True:
            for student, course_id in self._pairs:
                number = next(self._changes)
                body = {"stars": number % 5 + 1, "text": f"{number}. {TEXT}"}
                yield request(
                    "PUT",
                    f"/courses/{course_id}/reviews/mine",
                    headers=auth_headers(student) | JSON,
                    body=json.dumps(body).encode(),
                )


def saved_reviews() -> int:
    """Return how often reviews were saved."""
    found = Review.collection().aggregate([{"$group": {"_id": None, "saves": {"$sum": "$revision"}}}])
    return next((int(each["saves"]) for each in found), 0)
