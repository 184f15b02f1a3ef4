"""Schemas of the feed: the data of each event type, and how to read it."""

import re

import marshmallow as ma
from marshmallow import fields, validate

from learnstream.documents import SubjectKind, SubmittedBy
from learnstream.documents.attempt import Cause
from learnstream.models import ChangeOfGrade, EventType, Imported, ImportOutcome, Role, WorkKind
from learnstream.models.second_factor import Removal
from learnstream.schemas.common.base import Instant, ObjectIdText, Schema, Word
from learnstream.web import cast
from learnstream.web.openapi import OneOf
from learnstream.web.parsing import Integer

MAX_POSITION = 2**53 - 1  # the largest integer that every JSON library represents exactly
MAX_LIMIT = 1000

USER = {"description": "The learner's id.", "example": 7}
COURSE = {"description": "The course's id.", "example": cast.COURSE_ID}
VERSION = {"description": "The course version of the learner's enrollment.", "example": 1}


class Time(fields.String):
    """A time in an event's data, where it is stored as text."""

    def __init__(self, *, description: str, example: str) -> None:
        super().__init__(
            required=True, metadata={"format": "date-time", "description": description, "example": example}
        )


class CourseEventDataSchema(Schema):
    course_id = ObjectIdText(required=True, metadata=COURSE)


class BookEventDataSchema(Schema):
    book_ids = fields.List(
        ObjectIdText(),
        required=True,
        metadata={"description": "The ids of the books.", "example": [cast.BOOK_ID]},
    )


class PublicationEventDataSchema(CourseEventDataSchema):
    version = fields.Integer(required=True, metadata={"description": "The new version's number.", "example": 2})
    learners = fields.String(
        required=True,
        validate=validate.OneOf(("migrate", "keep")),
        metadata={
            "description": "Whether enrolled learners moved to it (`migrate`) or kept their versions (`keep`).",
            "example": "migrate",
        },
    )


class EnrollmentEventDataSchema(CourseEventDataSchema):
    enrollment_id = fields.Integer(required=True, metadata={"description": "The enrollment's id.", "example": 12})
    user_id = fields.Integer(required=True, metadata=USER)
    version = fields.Integer(required=True, metadata=VERSION)


class SeatEventDataSchema(EnrollmentEventDataSchema):
    source = fields.String(
        required=True,
        metadata={
            "description": "How the enrollment was created: `self`, `admin`, `group` or `payment`.",
            "example": "self",
        },
    )


class CourseCompletionDataSchema(EnrollmentEventDataSchema):
    pass


class MoveEventDataSchema(CourseEventDataSchema):
    version = fields.Integer(
        required=True, metadata={"description": "The version that the learners have now.", "example": 2}
    )
    from_versions = fields.List(
        fields.Integer(), required=True, metadata={"description": "The versions that they had.", "example": [1]}
    )
    learners = fields.Integer(required=True, metadata={"description": "The number of learners.", "example": 30})


class ResetEventDataSchema(CourseCompletionDataSchema):
    lesson_ids = fields.List(
        ObjectIdText(),
        required=True,
        metadata={"description": "The lessons with progress.", "example": [cast.LESSON_ID]},
    )


class AccountEventDataSchema(Schema):
    user_id = fields.Integer(required=True, metadata={"description": "The account's id.", "example": cast.LEARNER_ID})


class RegistrationEventDataSchema(AccountEventDataSchema):
    role = Word(Role, required=True, metadata={"description": "The account's role.", "example": "student"})


class RoleEventDataSchema(AccountEventDataSchema):
    before = Word(Role, required=True, metadata={"description": "The former role.", "example": "student"})
    after = Word(Role, required=True, metadata={"description": "The new role.", "example": "instructor"})


class InvitationEventDataSchema(AccountEventDataSchema):
    invitation_id = fields.Integer(
        required=True, metadata={"description": "The invitation's id.", "example": cast.INVITATION_ID}
    )
    role = Word(
        Role,
        required=True,
        metadata={
            "description": "The role that it gave at least; an account's higher role stays.",
            "example": "student",
        },
    )
    course_ids = fields.List(
        ObjectIdText(),
        required=True,
        metadata={"description": "The courses in which the user is enrolled next.", "example": [cast.COURSE_ID]},
    )
    invited_by = fields.Integer(
        required=True, metadata={"description": "The inviter's id.", "example": cast.INSTRUCTOR["id"]}
    )
    source = fields.String(
        required=True,
        metadata={
            "description": "The source of these enrollments: `admin` if an administrator invited, else `self`.",
            "example": "self",
        },
    )


class SecondFactorRemovalDataSchema(AccountEventDataSchema):
    how = Word(
        Removal,
        required=True,
        metadata={
            "description": "How it was removed: by its `owner`, by an `administrator`, or by undoing a change of the e-mail "
            "address (`address_undone`).",
            "example": "owner",
        },
    )


class RecoveryCodeEventDataSchema(AccountEventDataSchema):
    left = fields.Integer(required=True, metadata={"description": "How many recovery codes are left.", "example": 9})


class DeviceEventDataSchema(AccountEventDataSchema):
    session_id = fields.UUID(
        required=True,
        metadata={"description": "The session's id.", "example": "0b8e9f0a-5a4c-4f53-9d0e-3c1d8f6a7b21"},
    )


class LessonCompletionDataSchema(CourseEventDataSchema):
    user_id = fields.Integer(required=True, metadata=USER)
    lesson_id = ObjectIdText(required=True, metadata={"description": "The lesson's id.", "example": cast.LESSON_ID})
    version = fields.Integer(required=True, metadata=VERSION)
    completed_by = fields.String(
        required=True,
        metadata={
            "description": "The rule that was met: `watched`, `opened`, `manual`, `passed` or `submitted`; `waived` by an instructor; or "
            "`rule_change`: a new version requires no more than the learner had done.",
            "example": "watched",
        },
    )


class AttemptEventDataSchema(CourseEventDataSchema):
    attempt_id = ObjectIdText(required=True, metadata={"description": "The attempt's id.", "example": cast.ATTEMPT_ID})
    user_id = fields.Integer(required=True, metadata=USER)
    lesson_id = ObjectIdText(
        required=True, metadata={"description": "The lesson of the quiz.", "example": cast.QUIZ_LESSON_ID}
    )
    number = fields.Integer(
        required=True, metadata={"description": "1 for the learner's first attempt at the quiz.", "example": 1}
    )


class SubmissionEventDataSchema(AttemptEventDataSchema):
    submitted_by = Word(
        SubmittedBy,
        required=True,
        metadata={
            "description": "`learner`; `clock`, when its time was over; or `staff` of the course.",
            "example": "learner",
        },
    )


class ResultEventDataSchema(AttemptEventDataSchema):
    cause = Word(Cause, required=True, metadata={"description": "What changed it.", "example": "marked"})


class HandInEventDataSchema(CourseEventDataSchema):
    submission_id = ObjectIdText(
        required=True, metadata={"description": "The submission's id.", "example": cast.SUBMISSION_ID}
    )
    user_id = fields.Integer(
        required=True,
        allow_none=True,
        metadata={
            "description": "The learner; null if the assignment is `anonymous`.",
            "example": cast.LEARNER_ID,
        },
    )
    lesson_id = ObjectIdText(
        required=True, metadata={"description": "The lesson of the assignment.", "example": cast.ASSIGNMENT_LESSON_ID}
    )
    number = fields.Integer(
        required=True, metadata={"description": "1 for the learner's first submission in the lesson.", "example": 1}
    )


class ReleaseEventDataSchema(CourseEventDataSchema):
    user_id = fields.Integer(required=True, metadata=USER)
    lesson_id = ObjectIdText(
        required=True, metadata={"description": "The lesson of the assignment.", "example": cast.ASSIGNMENT_LESSON_ID}
    )
    release_id = fields.String(
        required=True,
        metadata={"description": "The same for all grades that were released together.", "example": "5f3c9a1e7b2d4c60"},
    )
    by = fields.Integer(
        metadata={
            "description": "Who released it; absent in events of earlier releases.",
            "example": cast.INSTRUCTOR["id"],
        },
    )


class ReviewEventDataSchema(Schema):
    review_id = ObjectIdText(required=True, metadata={"description": "The review's id.", "example": cast.REVIEW_ID})
    user_id = fields.Integer(
        required=True, metadata={"description": "The id of the review's author.", "example": cast.LEARNER_ID}
    )
    subject_kind = Word(
        SubjectKind, required=True, metadata={"description": "What is reviewed.", "example": SubjectKind.COURSE.value}
    )
    subject_id = ObjectIdText(
        required=True, metadata={"description": "The id of the course or book.", "example": cast.COURSE_ID}
    )
    by = fields.Integer(
        required=True, metadata={"description": "The id of the user who did it.", "example": cast.INSTRUCTOR["id"]}
    )


class GradeChangeEventDataSchema(CourseEventDataSchema):
    user_id = fields.Integer(required=True, metadata=USER)
    lesson_id = ObjectIdText(
        required=True, metadata={"description": "The graded lesson.", "example": cast.ASSIGNMENT_LESSON_ID}
    )
    cause = Word(ChangeOfGrade, required=True, metadata={"description": "What changed it.", "example": "overridden"})
    by = fields.Integer(
        required=True,
        allow_none=True,
        metadata={"description": "Who changed it; null if no one person did.", "example": cast.INSTRUCTOR["id"]},
    )


class DueWorkEventDataSchema(CourseEventDataSchema):
    user_id = fields.Integer(required=True, metadata=USER)
    lesson_id = ObjectIdText(
        required=True, metadata={"description": "The lesson.", "example": cast.ASSIGNMENT_LESSON_ID}
    )
    kind = Word(WorkKind, required=True, metadata={"description": "The lesson's kind.", "example": "assignment"})
    due_at = Time(
        description="Until when this learner's homework is in time, or when the quiz closes to them.",
        example=cast.DUE_AT,
    )


class SeatEndEventDataSchema(CourseEventDataSchema):
    enrollment_id = fields.Integer(required=True, metadata={"description": "The enrollment's id.", "example": 12})
    user_id = fields.Integer(required=True, metadata=USER)
    ends_at = Time(description="When the enrollment ends.", example=cast.EXPIRES_AT)


class OrderEventDataSchema(CourseEventDataSchema):
    order_id = fields.Integer(required=True, metadata={"description": "The order's id.", "example": 31})
    user_id = fields.Integer(required=True, metadata={"description": "The buyer's id.", "example": cast.LEARNER_ID})
    amount = fields.Integer(
        required=True,
        metadata={"description": "The amount in the currency's minor unit, such as cents.", "example": 4900},
    )
    currency = fields.String(
        required=True, metadata={"description": "The currency's ISO 4217 code in lower case.", "example": "eur"}
    )


class RefundEventDataSchema(OrderEventDataSchema):
    refund_id = fields.Integer(required=True, metadata={"description": "The refund's id.", "example": 5})


class DisputeEventDataSchema(OrderEventDataSchema):
    dispute_id = fields.Integer(required=True, metadata={"description": "The dispute's id.", "example": 2})
    status = fields.String(
        required=True,
        metadata={
            "description": "The vendor's word for its state, such as `needs_response`, `won` or `lost`; an inquiry's begin "
            "with `warning_`. `unknown` for those that it adds later.",
            "example": "needs_response",
        },
    )


class WarningEventDataSchema(OrderEventDataSchema):
    fraud_type = fields.String(
        required=True,
        metadata={"description": "Why, in the vendor's word.", "example": "unauthorized_use_of_card"},
    )


class AnnouncementEventDataSchema(Schema):
    announcement_id = ObjectIdText(
        required=True, metadata={"description": "The announcement's id.", "example": cast.ANNOUNCEMENT_ID}
    )
    course_id = ObjectIdText(
        required=True,
        allow_none=True,
        metadata={"description": "The course; null for a group's announcement.", "example": cast.COURSE_ID},
    )
    group_id = fields.Integer(
        required=True,
        allow_none=True,
        metadata={"description": "The group; null for a course's announcement.", "example": None},
    )
    by = fields.Integer(
        required=True,
        metadata={
            "description": "Who did it; the author of one that the schedule published.",
            "example": cast.INSTRUCTOR["id"],
        },
    )


class ImportEventDataSchema(Schema):
    kind = Word(Imported, required=True, metadata={"description": "What was imported.", "example": "questions"})
    import_id = fields.Integer(
        required=True,
        metadata={"description": "The import's id among those of its kind.", "example": cast.QUESTION_IMPORT_ID},
    )
    by = fields.Integer(
        required=True, metadata={"description": "The id of who requested it.", "example": cast.INSTRUCTOR["id"]}
    )
    outcome = Word(
        ImportOutcome,
        required=True,
        metadata={
            "description": "`done`, even if rows failed; `failed` if the whole file did; `undone` once it was undone.",
            "example": "done",
        },
    )
    dry_run = fields.Boolean(
        required=True, metadata={"description": "Whether it only told what it would change.", "example": False}
    )
    course_id = ObjectIdText(
        required=True,
        allow_none=True,
        metadata={"description": "The course; null for people and books.", "example": cast.COURSE_ID},
    )
    lesson_id = ObjectIdText(
        required=True,
        allow_none=True,
        metadata={"description": "The lesson whose grades were imported; else null.", "example": None},
    )


class MailFailureEventDataSchema(Schema):
    failed = fields.Integer(
        required=True,
        metadata={"description": "The number of mails that failed, or were put off, in the last hour.", "example": 14},
    )
    since = Time(description="When the first of them failed.", example=cast.CREATED_AT)


class EventBaseSchema(Schema):
    position = fields.Integer(
        required=True, metadata={"description": "Its position in the feed: 1, 2, 3, … without gaps.", "example": 1041}
    )
    id = fields.String(
        attribute="event_id",
        required=True,
        metadata={
            "description": "The event's permanent id.",
            "example": f"lesson.completed:{cast.LEARNER_ID}:{cast.LESSON_ID}",
        },
    )
    occurred_at = Instant(
        required=True, metadata={"description": "When it happened; may be earlier than that of preceding events."}
    )


def _shape(event_type: EventType, data: type[Schema], sentence: str) -> type[ma.Schema]:
    name = "".join(word.title() for word in re.split(r"[._]", event_type.value)) + "Event"
    word = {"description": sentence, "enum": [event_type.value], "example": event_type.value}
    return type(
        f"{name}Schema",
        (EventBaseSchema,),
        {
            "type": fields.String(required=True, metadata=word),
            "data": fields.Nested(data, required=True, metadata={"description": "The event's data."}),
        },
    )


SHAPES = {
    event_type.value: _shape(event_type, data, sentence)
    for event_type, data, sentence in (
        (EventType.ENROLLMENT_CREATED, SeatEventDataSchema, "A learner was enrolled, or an enrollment was renewed."),
        (EventType.ENROLLMENT_WITHDRAWN, SeatEventDataSchema, "A learner withdrew, or the enrollment was revoked."),
        (
            EventType.LESSON_COMPLETED,
            LessonCompletionDataSchema,
            "A learner completed a lesson, possibly again after a reset.",
        ),
        (
            EventType.COURSE_COMPLETED,
            CourseCompletionDataSchema,
            "A learner completed all lessons of a course, possibly again after a reset.",
        ),
        (
            EventType.ATTEMPT_SUBMITTED,
            SubmissionEventDataSchema,
            "A learner's attempt at a quiz was submitted. Its result is not part of the event.",
        ),
        (
            EventType.ATTEMPT_RESULT_CHANGED,
            ResultEventDataSchema,
            "The course's staff changed the result of a submitted attempt. The result is not part of the event.",
        ),
        (
            EventType.ATTEMPT_MARKED,
            AttemptEventDataSchema,
            "Staff marked all answers of an attempt, and its learner can see the score; the event does not have it.",
        ),
        (
            EventType.SUBMISSION_SUBMITTED,
            HandInEventDataSchema,
            "A learner handed in homework. If the assignment is `anonymous`, `occurred_at` tells only the day.",
        ),
        (
            EventType.GRADES_RELEASED,
            ReleaseEventDataSchema,
            "A learner can see grades of homework in a lesson: one event for all that were released together. It has no grade.",
        ),
        (
            EventType.BOOK_CHANGED,
            BookEventDataSchema,
            "Books were added, changed, archived or deleted; an import tells it of many at once.",
        ),
        (EventType.REVIEW_REPLIED, ReviewEventDataSchema, "A review was answered for the first time, or anew."),
        (EventType.REVIEW_HIDDEN, ReviewEventDataSchema, "An administrator hid a review."),
        (
            EventType.GRADE_CHANGED,
            GradeChangeEventDataSchema,
            "A grade that a learner sees was changed otherwise than by grading, or a result in a quiz by staff. It has no grade.",
        ),
        (
            EventType.WORK_DUE,
            DueWorkEventDataSchema,
            "Homework that a learner has not handed in is due within 24 hours, or a quiz closes that they have not taken.",
        ),
        (EventType.SEAT_ENDING, SeatEndEventDataSchema, "An enrollment ends within seven days."),
        (
            EventType.ORDER_PAID,
            OrderEventDataSchema,
            "An order was paid, and the buyer enrolled. `amount` contains tax; 0 with a coupon of 100 %.",
        ),
        (
            EventType.ORDER_REFUNDED,
            RefundEventDataSchema,
            "A payment was refunded, in part or in full: `amount` is that of this refund.",
        ),
        (
            EventType.PAYMENT_DISPUTED,
            DisputeEventDataSchema,
            "A dispute of a payment was opened, or its state changed.",
        ),
        (
            EventType.PAYMENT_WARNED,
            WarningEventDataSchema,
            "A bank warned of fraud: a dispute of this payment is likely.",
        ),
        (EventType.PROGRESS_RESET, ResetEventDataSchema, "An instructor reset a learner's progress in these lessons."),
        (EventType.COURSE_PUBLISHED, PublicationEventDataSchema, "A new version of a course was published."),
        (
            EventType.COURSE_LEARNERS_MOVED,
            MoveEventDataSchema,
            "Learners were moved to a later version of a course, by its publication or afterwards.",
        ),
        (EventType.COURSE_ARCHIVED, CourseEventDataSchema, "A course was closed to new learners."),
        (EventType.COURSE_REOPENED, CourseEventDataSchema, "An archived course was reopened to new learners."),
        (
            EventType.ANNOUNCEMENT_PUBLISHED,
            AnnouncementEventDataSchema,
            "An announcement to the learners of a course, or to the members of a group, was published.",
        ),
        (EventType.ANNOUNCEMENT_WITHDRAWN, AnnouncementEventDataSchema, "A published announcement was withdrawn."),
        (EventType.IMPORT_FINISHED, ImportEventDataSchema, "An import of a file ended, or was undone."),
        (EventType.MAIL_FAILING, MailFailureEventDataSchema, "Mails fail; recorded once an hour at most."),
        (EventType.INVITATION_ACCEPTED, InvitationEventDataSchema, "An invitation was accepted."),
        (EventType.USER_REGISTERED, RegistrationEventDataSchema, "An account was created, by its owner or for them."),
        (EventType.USER_ROLE_CHANGED, RoleEventDataSchema, "An account got another role."),
        (EventType.USER_DISABLED, AccountEventDataSchema, "An account was disabled."),
        (EventType.USER_ENABLED, AccountEventDataSchema, "A disabled account was enabled again."),
        (EventType.USER_EMAIL_CHANGED, AccountEventDataSchema, "An account got another e-mail address."),
        (EventType.USER_PASSWORD_CHANGED, AccountEventDataSchema, "An account got another password."),
        (EventType.USER_SECOND_FACTOR_ENABLED, AccountEventDataSchema, "An account got a second factor."),
        (
            EventType.USER_SECOND_FACTOR_DISABLED,
            SecondFactorRemovalDataSchema,
            "The second factor of an account was removed.",
        ),
        (
            EventType.USER_RECOVERY_CODE_USED,
            RecoveryCodeEventDataSchema,
            "A recovery code was used instead of a code of the authenticator app.",
        ),
        (
            EventType.USER_NEW_DEVICE,
            DeviceEventDataSchema,
            "A user signed in with a user agent and from a network that were not seen together before.",
        ),
    )
}


class OtherEventSchema(EventBaseSchema):
    type = fields.String(
        required=True,
        metadata={
            "description": "A type that this version of the document does not know; ignore events of such types.",
            "not": {"enum": list(SHAPES)},
        },
    )
    data = fields.Dict(required=True, metadata={"description": "The event's data."})


class FeedSchema(Schema):
    events = fields.List(
        OneOf("type", SHAPES, other=OtherEventSchema),
        metadata={"description": "The next events, oldest first; empty if there are none."},
    )
    next = fields.Integer(
        metadata={"description": "The value to send as `after` in the next request.", "example": 1041}
    )


class FeedQuerySchema(Schema):
    after = Integer(
        validate=validate.Range(min=0, max=MAX_POSITION),
        load_default=None,
        allow_none=False,
        metadata={
            "description": "The position of the last event received; if absent, the feed starts at the oldest stored "
            "event."
        },
    )
    limit = Integer(
        validate=validate.Range(min=1, max=MAX_LIMIT),
        load_default=100,
        metadata={"description": "The maximum number of events."},
    )
