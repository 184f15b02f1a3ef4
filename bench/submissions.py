"""Homework, and the requests of the students who write it."""

import json
from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any

from bench.dataset import Dataset
from bench.load import JSON, request
from bench.students import Student, auth_headers
from learnstream.documents import LessonKind, Submission
from learnstream.schemas.authoring.assignment import AssignmentInputSchema
from learnstream.services.authoring import assignment_drafts, courses, lessons, publishing

SENTENCE = "What we see of the moon, and what we do not, depends on where the sun is. "
SENTENCES = 40  # 3,000 characters


class Homework:
    """A course with an assignment, in which these students are enrolled. Needs an application context.

    `settings` are those of the assignment.
    """

    def __init__(self, dataset: Dataset, students: Sequence[Student], **settings: Any) -> None:
        self.students = students
        self.course_id = str(courses.create(created_by=dataset.instructor, title="Moon diaries")["_id"])
        created = lessons.create(
            course_id=self.course_id, created_by=dataset.instructor, title="Your diary", kind=LessonKind.ASSIGNMENT
        )
        self.lesson_id = str(created["_id"])
        assignment_drafts.save(self.lesson_id, AssignmentInputSchema().load({"points": 10, **settings}))
        publishing.publish(course_id=self.course_id, published_by=dataset.instructor)
        dataset.enroll(students, self.course_id)
        self._changes = count(1)

    def saves(self) -> Iterator[bytes]:
        """Save the draft of one student after the other, each time with another text."""
        while True:
            for student in self.students:
                body: dict[str, Any] = {
                    "text": f"{next(self._changes)}. {SENTENCE * SENTENCES}",
                    "url": None,
                    "file_ids": [],
                }
                yield request(
                    "PUT",
                    f"/lessons/{self.lesson_id}/submission",
                    headers=auth_headers(student) | JSON,
                    body=json.dumps(body).encode(),
                )


def saved_drafts() -> int:
    """Return how often drafts were saved."""
    found = Submission.collection().aggregate([{"$group": {"_id": None, "saves": {"$sum": "$revision"}}}])
    return next((int(each["saves"]) for each in found), 0)
