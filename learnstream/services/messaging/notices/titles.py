"""Titles of what notices tell of, as those concerned see it: never those of drafts.

Unlike the summaries of the catalogue, they are errors while the store is down: the notice must wait for them.
"""

from typing import TypedDict

from bson import ObjectId
from sqlalchemy import select

from learnstream.documents import Book, Course, CourseStatus
from learnstream.documents.book import EXISTS
from learnstream.documents.projection import Projection
from learnstream.models import Enrollment
from learnstream.models.group import Group
from learnstream.services.delivery import syllabus
from learnstream.stores.sql import db


class Titled(TypedDict):
    title: str


class PublishedCourse(TypedDict):
    """The title of a course in the catalogue."""

    published: Titled | None


COURSE = Projection(Course, PublishedCourse)
BOOK = Projection(Book, Titled)


def of_course(course_id: str) -> str | None:
    """Return a course's published title; None if it was never published, or was deleted."""
    found = COURSE.find_one({"_id": ObjectId(course_id), "status": {"$ne": CourseStatus.DELETED.value}})
    return found["published"]["title"] if found and found["published"] else None


def of_lesson(seat: Enrollment, lesson_id: str) -> str | None:
    """Return the title of a lesson in a learner's version; None if that has no such lesson."""
    lesson = syllabus.get(seat.course_id, seat.course_version).by_id.get(lesson_id)
    return lesson.title if lesson else None


def of_group(group_id: int) -> str | None:
    """Return the name of a group; None if it was archived or deleted."""
    return db.session.scalar(select(Group.name).where(Group.id == group_id, Group.is_active()))


def of_book(book_id: str) -> str | None:
    """Return the title of a book; None if it was deleted."""
    found = BOOK.find_one({"_id": ObjectId(book_id), "status": EXISTS})
    return found["title"] if found else None
