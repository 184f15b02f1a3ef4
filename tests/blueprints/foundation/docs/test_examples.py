"""The examples are consistent: one course, its lessons and its users."""

import re

from learnstream.web import cast
from tests.blueprints.foundation.docs.document import operations

CAST = {
    "course_id": {cast.COURSE_ID},
    "course_title": {cast.COURSE_TITLE},
    "email": {cast.LEARNER["email"], cast.INSTRUCTOR_EMAIL, "sam@school.test", cast.INVITED["email"]},
    "enrollment_id": {cast.ENROLLMENT_ID},
    "lesson_id": {cast.LESSON_ID, cast.NEXT_LESSON_ID, cast.QUIZ_LESSON_ID, cast.ASSIGNMENT_LESSON_ID},
    "lesson_title": {cast.LESSON_TITLE},
    "module_id": {cast.MODULE_ID},
    "user_id": {cast.LEARNER_ID},
    "video_id": {cast.VIDEO_ID},
}


def examples(part):
    """Yield every example in a part of the document."""
    if isinstance(part, dict):
        yield from (part[name] for name in ("example", "value") if name in part)
        part = list(part.values())
    for each in part if isinstance(part, list) else []:
        yield from examples(each)


def members(part):
    """Yield every name with a single value in an example, at any depth."""
    if isinstance(part, dict):
        yield from ((name, value) for name, value in part.items() if isinstance(value, str | int))
        part = list(part.values())
    for each in part if isinstance(part, list) else []:
        yield from members(each)


def test_all_examples_use_the_same_users_and_objects(document):
    bodies = list(examples([operation for _, operation in operations(document)]))
    strangers = {
        (name, value) for body in bodies for name, value in members(body) if name in CAST and value not in CAST[name]
    }

    assert len(bodies) > 300
    assert strangers == set()


def test_every_id_in_an_example_belongs_to_the_cast(document):
    known = {value for name, value in vars(cast).items() if name.endswith("_ID")}
    # A resource to which no other refers is in the story under the id that its schema declares.
    fields = [schema.get("properties", {}).get("id", {}) for schema in document["components"]["schemas"].values()]
    known |= {field["example"] for field in fields if "example" in field}

    ids = set(re.findall(r"\b[0-9a-f]{24}\b", str(list(examples(document)))))

    assert cast.COURSE_ID in ids
    assert ids <= known
