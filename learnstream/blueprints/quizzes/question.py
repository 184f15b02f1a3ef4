"""The question banks of courses, for their staff."""

from typing import Any

from learnstream.blueprints.common import etag
from learnstream.blueprints.common.authentication import caller, confirms_caller
from learnstream.blueprints.common.commits import commits
from learnstream.blueprints.common.pagination import entries, requested_part
from learnstream.blueprints.common.require_author import (
    require_attachable_media,
    require_course_author,
    require_question_author,
)
from learnstream.blueprints.quizzes import examples
from learnstream.documents.question import QuestionKind, StoredQuestionVersion
from learnstream.errors.authoring import NoSuchCourse, NotYourCourse
from learnstream.errors.files import FileNotReady, FileRefused
from learnstream.errors.questions import NoSuchQuestion, NoSuchQuestionVersion, QuestionKeyTaken, TooManyQuestions
from learnstream.policies.access import require_draft
from learnstream.schemas.quizzes import content
from learnstream.schemas.quizzes.question import (
    QuestionCreateSchema,
    QuestionPatchSchema,
    QuestionQuerySchema,
    QuestionSchema,
    QuestionVersionSchema,
)
from learnstream.services.authoring import courses
from learnstream.services.quizzes import question_versions, questions
from learnstream.services.quizzes.questions import DescribedQuestion
from learnstream.web.openapi import Blueprint
from learnstream.web.paging import CursorSchema, Page

blp = Blueprint(
    "question",
    __name__,
    position=75,
    title="Questions",
    description="The question banks of courses, from which quizzes are made, for the courses' staff.",
)
BODY_ERRORS = (FileNotReady, FileRefused, examples.BAD_CONTENT, examples.UNKNOWN_MEDIA)


@blp.post("/courses/<object_id:course_id>/questions")
@blp.arguments(QuestionCreateSchema)
@confirms_caller
@commits(idempotency_key=True)
@blp.response(201, QuestionSchema, headers=etag.CREATED)
@blp.raises(NoSuchCourse, NotYourCourse, TooManyQuestions, QuestionKeyTaken, *BODY_ERRORS)
def create_question(body: dict[str, Any], course_id: str) -> tuple[DescribedQuestion, dict[str, str]]:
    """Add a question to a course's bank.

    Learners see it only in attempts at quizzes that contain it, without the key.
    """
    require_course_author(course_id)
    require_attachable_media(body.get("media", ()))
    question = questions.create(course_id=course_id, created_by=caller.id, **body)
    location = {"Location": f"/questions/{question['_id']}"}
    return questions.describe(question), etag.of(question) | location


@blp.get("/courses/<object_id:course_id>/questions")
@blp.arguments(QuestionQuerySchema, location="query")
@blp.response(200, QuestionSchema(many=True))
@blp.raises(NoSuchCourse)
@blp.paginate(CursorSchema)
def list_questions(query: dict[str, Any], course_id: str, page: Page) -> list[DescribedQuestion]:
    """List a course's questions, newest first.

    For the course's instructors and administrators.
    """
    require_draft(caller, courses.view(course_id))
    return entries(page, questions.browse(course_id, part=requested_part(page), **query))


@blp.get("/questions/<object_id:question_id>")
@blp.response(200, QuestionSchema, headers=etag.ETAG)
@blp.raises(NoSuchQuestion, NoSuchCourse)
def read_question(question_id: str) -> tuple[DescribedQuestion, dict[str, str]]:
    """Get a question in its current version.

    For the instructors of its course and administrators, also if it is archived. They send the `ETag` as `If-Match` with
    changes.
    """
    question = require_question_author(question_id)
    return questions.describe(question), etag.of(question)


@blp.patch("/questions/<object_id:question_id>")
@blp.arguments(QuestionPatchSchema, example=examples.QUESTION_CHANGE)
@confirms_caller
@blp.response(200, QuestionSchema, example=examples.CHANGED_QUESTION)
@blp.raises(NoSuchQuestion, NoSuchCourse, *BODY_ERRORS)
@etag.conditional
def update_question(
    body: dict[str, Any], question_id: str, expect: etag.Revisions
) -> tuple[DescribedQuestion, dict[str, str]]:
    """Change a question, which makes a new version of it.

    Published quizzes and attempts keep the version that they have. A change without a difference makes none.
    """
    question = require_question_author(question_id)
    require_attachable_media(body.get("media", ()))
    if "content" in body:
        body["content"] = content.load(QuestionKind(question["kind"]), body["content"])
    changed = questions.change(question_id=question_id, changes=body, changed_by=caller.id, expect=expect)
    return questions.describe(changed), etag.of(changed)


@blp.delete("/questions/<object_id:question_id>")
@confirms_caller
@blp.response(204)
@blp.raises(NoSuchQuestion, NoSuchCourse)
@etag.conditional
def delete_question(question_id: str, expect: etag.Revisions) -> None:
    """Archive a question.

    No quiz can be saved or published with it any more, and none draws it. Published quizzes and attempts keep it.
    """
    require_question_author(question_id)
    questions.archive(question_id, expect=expect)


@blp.get("/questions/<object_id:question_id>/versions")
@blp.response(200, QuestionVersionSchema(many=True))
@blp.raises(NoSuchQuestion, NoSuchCourse)
@blp.paginate(CursorSchema)
def list_question_versions(question_id: str, page: Page) -> list[StoredQuestionVersion]:
    """List a question's versions, newest first.

    For the instructors of its course and administrators.
    """
    question = require_question_author(question_id)
    return entries(page, question_versions.history(question, part=requested_part(page)))


@blp.get("/questions/<object_id:question_id>/versions/<row_id:number>")
@blp.response(200, QuestionVersionSchema)
@blp.raises(NoSuchQuestion, NoSuchCourse, NoSuchQuestionVersion)
def read_question_version(question_id: str, number: int) -> StoredQuestionVersion:
    """Get a version of a question.

    For the instructors of its course and administrators.
    """
    return question_versions.numbered(require_question_author(question_id), number)
