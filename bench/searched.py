"""Courses, lessons and books to be searched, written as the services would."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from bson import ObjectId

from bench.texts import Texts
from learnstream.clock import now
from learnstream.documents import Book, Course, CourseVersion, LessonVersion

BATCH = 500
TITLE_WORDS = (2, 6)
SUMMARY, DESCRIPTION, BODY = 12, 60, 120  # words
SUBJECTS = 40


class Searched:
    """Published courses with the same number of lessons each, and books. Needs an application context."""

    def __init__(self, *, courses: int, lessons: int, books: int) -> None:
        self.texts = Texts()
        self.titles: list[str] = []
        for first in range(0, courses, BATCH):
            self._add_courses(min(BATCH, courses - first), lessons // courses)
        for first in range(0, books, BATCH):
            Book.collection().insert_many([self._book() for _ in range(min(BATCH, books - first))])

    def _add_courses(self, number: int, lessons: int) -> None:
        made = [self._course(lessons) for _ in range(number)]
        Course.collection().insert_many([course for course, _, _ in made])
        CourseVersion.collection().insert_many([version for _, version, _ in made])
        LessonVersion.collection().insert_many([content for _, _, contents in made for content in contents])

    def _course(self, lessons: int) -> tuple[dict[str, Any], dict[str, Any], list[dict[str, Any]]]:
        course_id, version_id, language = ObjectId(), ObjectId(), self.texts.language()
        shown, at = self._shown(language), now() - timedelta(days=self.texts.random.randint(0, 1500))
        contents = [*self._contents(course_id, lessons, language)]
        course = {
            "_id": course_id,
            "slug": str(course_id),
            "status": "published",
            "current_version": 1,
            "versions": [{"number": 1, "version_id": version_id}],
            "published": shown,
            "published_at": at,
            "instructor_ids": [1],
            "updated_at": at,
        }
        entries = [{**each, "id": each["lesson_id"], "version_id": each["_id"], "body": ""} for each in contents]
        outline = [{"id": "1", "title": "Everything", "lessons": entries}]
        version = {"_id": version_id, "course_id": course_id, "number": 1, "modules": outline}
        return course, version, contents

    def _shown(self, language: str) -> dict[str, Any]:
        words = self.texts.vocabularies[language]
        return {
            "title": self._title(language),
            "summary": words.text(SUMMARY),
            "description": words.text(DESCRIPTION),
            "tags": [words.word() for _ in range(4)],
            "subject": "",
            "subject_id": self.texts.random.randint(1, SUBJECTS),
            "language": language,
            "cover": "",
        }

    def _contents(self, course_id: ObjectId, number: int, language: str) -> Iterator[dict[str, Any]]:
        words = self.texts.vocabularies[language]
        for at in range(number):
            yield {
                "_id": ObjectId(),
                "lesson_id": ObjectId(),
                "course_id": course_id,
                "revision": 1,
                "title": self._title(language),
                "kind": "text",
                "summary": words.text(SUMMARY),
                "body": words.text(BODY),
                "free_preview": at == 0,
            }

    def _book(self) -> dict[str, Any]:
        language = self.texts.language()
        shown = self._shown(language)
        return {
            **{name: shown[name] for name in ("title", "description", "tags", "subject_id", "language", "cover")},
            "authors": [self.texts.vocabularies["en"].text(2).title()],
            "status": "active",
            "created_by": 1,
            "revision": 1,
            "created_at": now(),
            "updated_at": now(),
        }

    def _title(self, language: str) -> str:
        title = self.texts.title(language)
        self.titles.append(title)
        return title
