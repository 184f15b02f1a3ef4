"""Changes to a draft, and their predicted effects."""

from learnstream.documents import LessonKind
from learnstream.services.authoring import lessons, publishing
from learnstream.services.authoring.publishing import Learners
from learnstream.stores.sql import db

LESSONS = (
    {"title": "One", "kind": LessonKind.TEXT},
    {"title": "Two", "kind": LessonKind.TEXT},
    {"title": "Film", "kind": LessonKind.VIDEO},
)


def publish(course, owner, learners=Learners.MIGRATE):
    publishing.publish(course_id=course.id, published_by=owner.id, learners=learners)
    db.session.commit()


def remove(lesson):
    lessons.delete(lesson_id=lesson.id)
    db.session.commit()


def effect(response, learners="migrate"):
    found = response.json["effects"][learners]
    return tuple(found[name] for name in ("moving", "rising", "falling", "completing"))


def migration_options(response):
    return {
        each["user_id"]: (each["before"]["fraction"], each["after"]["fraction"]) for each in response.json["affected"]
    }
