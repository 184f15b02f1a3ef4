"""The map of personal data: the classification of every stored field, and how long it is retained.

"Personal" follows the GDPR: information that relates to an identifiable person, so a record keyed by a user's id is
personal entirely. "Secret" is data that lets its holder act as that person. `docs/privacy.md` is generated from this
map, and a test fails for a column or a document's field without an entry.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from learnstream.documents.assignment import StoredAssignment
from learnstream.documents.book import AuthoredBook
from learnstream.documents.course import Metadata
from learnstream.documents.lesson import WholeContent
from learnstream.documents.projection import names_of
from learnstream.documents.question import AuthoredQuestion
from learnstream.documents.quiz import StoredQuiz

ACCOUNT = "with the account, which is disabled and not deleted"
COURSE = "with the course"
RECORD = "with the account; an instructor can reset it"
DERIVED = "as long as the records it is computed from"
FOREVER = "indefinitely"
RECORDS = "as long as the law asks for records of payments (`PAYMENT_RECORDS_YEARS`), whatever else is erased"


@dataclass(frozen=True, slots=True)
class Stored:
    """A table or collection: its purpose, its retention, and its fields by class, separated by spaces."""

    store: str
    purpose: str
    kept: str
    none: str = ""
    personal: str = ""
    secret: str = ""

    def fields(self) -> list[str]:
        return [field for group in (self.personal, self.secret, self.none) for field in group.split()]


POSTGRESQL: dict[str, Stored] = {
    "users": Stored(
        "PostgreSQL",
        "accounts",
        ACCOUNT,
        personal=(
            "id name email email_key search_words derived_from role is_active email_verified_at email_changed_at "
            "external_id imported_at phone timezone language photo_id sessions_valid_from created_at updated_at"
        ),
        secret="password_hash",  # noqa: S106 - the names of fields
    ),
    "sessions": Stored(
        "PostgreSQL",
        "sign-ins, which the user can list and end",
        "30 days after the session has ended",
        personal=(
            "id user_id user_agent ip created_at last_used_at reauthenticated_at expires_at revoked_at revoked_reason"
        ),
    ),
    "second_factors": Stored(
        "PostgreSQL",
        "authenticator apps; their secrets are encrypted",
        "until the user or an administrator removes it",
        none="key_id",
        personal="user_id enabled_at last_step failures paused_until created_at",
        secret="secret",  # noqa: S106 - the name of a field
    ),
    "recovery_codes": Stored(
        "PostgreSQL",
        "recovery codes that have not been used, as hashes",
        "until it is used or replaced, or with the second factor",
        personal="user_id",
        secret="code_hash",  # noqa: S106 - the name of a field
    ),
    "refresh_tokens": Stored(
        "PostgreSQL",
        "refresh tokens, as hashes, with the data needed to issue the same one again",
        "until the token expires",
        none="id key_id repeats",
        personal="session_id parent_id issued_at expires_at consumed_at consumed_by",
        secret="jti token_hash claims",  # noqa: S106 - the names of fields
    ),
    "invitations": Stored(
        "PostgreSQL",
        "invitations by e-mail, and who accepted them",
        "90 days after it could be accepted last",
        none="id scope role course_ids created_at mail_requested_at expires_at accepted_at revoked_at",
        personal="email email_key message language invited_by accepted_by",
    ),
    "address_changes": Stored(
        "PostgreSQL",
        "changes of e-mail addresses, to confirm and to undo them",
        "7 days",
        none="id",
        personal="user_id old_address old_key new_address created_at confirmed_at undone_at",
    ),
    "enrollments": Stored(
        "PostgreSQL",
        "enrollments of users in courses",
        ACCOUNT,
        personal=(
            "id user_id course_id course_version source sources status enrolled_at drip_from expires_at ended_at "
            "completed_at resets next_change_at barred_at told_end updated_at"
        ),
        none="derivation",
    ),
    "seat_grants": Stored(
        "PostgreSQL",
        "the reasons for which users are or were enrolled in courses",
        ACCOUNT,
        none="id",
        personal=(
            "user_id course_id source source_id starts_at expires_at suspended_at ended_at ended_by created_at updated_at"
        ),
    ),
    "groups": Stored(
        "PostgreSQL",
        "groups of learners, such as classes",
        "until an administrator deletes it",
        none="id name code code_key description starts_on ends_on archived_at deleted_at created_at updated_at",
    ),
    "group_courses": Stored(
        "PostgreSQL",
        "courses that groups are given",
        "with the group",
        none="id group_id course_id mandatory due_at starts_at expires_at changed_at closed_at created_at",
    ),
    "group_programs": Stored(
        "PostgreSQL",
        "programs that groups are given",
        "with the group",
        none="id group_id program_id mandatory due_at starts_at expires_at changed_at created_at",
    ),
    "group_staff": Stored(
        "PostgreSQL",
        "instructors who follow a group's progress",
        "with the group",
        none="group_id",
        personal="user_id created_at",
    ),
    "group_members": Stored(
        "PostgreSQL",
        "who is or was in a group",
        "with the group",
        none="id group_id",
        personal="user_id joined_at left_at taken_out",
    ),
    "programs": Stored(
        "PostgreSQL",
        "programs of courses",
        "until an administrator deletes it",
        none="id title description cover sequential published created_at updated_at",
    ),
    "program_courses": Stored(
        "PostgreSQL",
        "the courses of programs, in order",
        "with the program",
        none="program_id course_id position closed_at",
    ),
    "program_members": Stored(
        "PostgreSQL",
        "who is enrolled in a program",
        "until an administrator takes them out, or deletes the program",
        none="program_id",
        personal="user_id enrolled_at",
    ),
    "subject_teachers": Stored(
        "PostgreSQL",
        "who teaches a subject",
        "until an administrator takes them out, or deletes the subject",
        none="subject_id created_at",
        personal="user_id",
    ),
    "subjects": Stored(
        "PostgreSQL",
        "subjects of courses",
        FOREVER,
        none="id name name_key code description created_at updated_at",
    ),
    "people_imports": Stored(
        "PostgreSQL",
        "imports of people, with the rows that failed",
        FOREVER,
        none="id file_id kind group_id mode force dry_run invite state total rows counts refusal created_at finished_at",
        personal="created_by errors table",
    ),
    "question_imports": Stored(
        "PostgreSQL",
        "imports of questions, with those that failed",
        FOREVER,
        none=(
            "id course_id file_id format dry_run state total done counts errors warnings refusal created_at finished_at"
        ),
        personal="created_by",
    ),
    "grade_imports": Stored(
        "PostgreSQL",
        "imports of grades, with the rows that failed",
        FOREVER,
        none="id course_id lesson_id file_id dry_run state total done counts warnings refusal created_at finished_at",
        personal="created_by errors",
    ),
    "book_imports": Stored(
        "PostgreSQL",
        "imports of books, with the rows that failed, and what undoing them left",
        FOREVER,
        none=(
            "id file_id dry_run state total done counts errors warnings refusal created_at finished_at undo_requested_at "
            "undone_through undone left undone_at"
        ),
        personal="created_by undo_requested_by",
    ),
    "seat_overrides": Stored(
        "PostgreSQL",
        "exceptions that instructors made for single learners, with their reasons",
        ACCOUNT,
        none="id",
        personal=("enrollment_id target_id unlocks_at without_prerequisites reason granted_by created_at updated_at"),
    ),
    "accommodations": Stored(
        "PostgreSQL",
        "the extra time that single users have in all quizzes",
        "with the account; an administrator can remove it",
        personal="user_id time_factor note granted_by created_at updated_at",
    ),
    "quiz_accommodations": Stored(
        "PostgreSQL",
        "the extra time and attempts of single learners and of groups in one quiz, with their reasons",
        "with the account or the group; an instructor can remove it",
        none="id",
        personal=(
            "course_id lesson_id user_id group_id extra_seconds extra_attempts closes_at reason granted_by created_at "
            "updated_at"
        ),
    ),
    "notification_choices": Stored(
        "PostgreSQL",
        "how people want to be told, where they have chosen something",
        ACCOUNT,
        personal="user_id kind in_app mail updated_at",
    ),
    "suppressed_addresses": Stored(
        "PostgreSQL",
        "addresses that mail servers know no mailbox of, with their answers",
        "until the address is verified again",
        personal="key reason created_at",
    ),
    "digest_schedules": Stored(
        "PostgreSQL",
        "when people get their next digest by mail, and had their last one",
        ACCOUNT,
        personal="user_id due_at sent_on",
    ),
    "extensions": Stored(
        "PostgreSQL",
        "the extensions of single learners and of groups in the homework of one lesson, with their reasons",
        "with the account or the group; an instructor can remove it",
        none="id",
        personal=("course_id lesson_id user_id group_id due_at accepted_until reason granted_by created_at updated_at"),
    ),
    "grades": Stored(
        "PostgreSQL",
        "the grades of learners in lessons, with what staff set in their place",
        ACCOUNT,
        none="id",
        personal=(
            "user_id course_id lesson_id kind points max_points raw_points late_seconds penalty released_points "
            "released_max_points released_at awaiting submitted_at source_id source_revision excused override_points "
            "override_max_points override_reason override_by override_at override_released_at revision updated_at"
        ),
    ),
    "grade_changes": Stored(
        "PostgreSQL",
        "how grades came to change, and by whom",
        ACCOUNT,
        none="id",
        personal=(
            "grade_id revision at by cause before_points after_points max_points reason source_id source_revision shown"
        ),
    ),
    "prices": Stored(
        "PostgreSQL",
        "prices of courses, with their history",
        FOREVER,
        none="id course_id amount currency created_at",
        personal="created_by",
    ),
    "orders": Stored(
        "PostgreSQL",
        "orders of courses: what an invoice must name, and when terms were accepted",
        f"{RECORDS}, and while the seat goes on; 180 days if it was never paid",
        personal=(
            "id user_id buyer_name buyer_email course_id course_title course_version price_id coupon_id subtotal discount tax "
            "total currency state attempt checkout_id checkout_url checkout_expires_at checkout_completed_at "
            "accepted_terms_at livemode paid_at closed_at next_check_at created_at updated_at"
        ),
    ),
    "payments": Stored(
        "PostgreSQL",
        "payments of orders, with the links to their receipts",
        RECORDS,
        none="id",
        personal=(
            "order_id vendor_id charge_id checkout_id amount tax currency livemode receipt_url invoice_url invoice_pdf_url "
            "paid_at created_at"
        ),
    ),
    "refunds": Stored(
        "PostgreSQL",
        "refunds of payments, and who requested them",
        RECORDS,
        none="id",
        personal=(
            "order_id payment_id vendor_id amount currency state reason note keep_seat requested_by request_key "
            "failure_reason refunded_at created_at updated_at"
        ),
    ),
    "disputes": Stored(
        "PostgreSQL",
        "disputes about payments",
        RECORDS,
        none="id",
        personal=("order_id payment_id vendor_id amount currency status reason due_by status_at created_at updated_at"),
    ),
    "coupons": Stored(
        "PostgreSQL",
        "coupons",
        FOREVER,
        none=(
            "id code code_key percent amount_off currency course_ids starts_at ends_at max_uses max_uses_per_user archived_at "
            "created_at updated_at"
        ),
        personal="created_by",
    ),
    "coupon_uses": Stored(
        "PostgreSQL",
        "who used a coupon, for which order",
        RECORDS,
        none="id coupon_id",
        personal="order_id user_id state created_at updated_at",
    ),
    "ledger": Stored(
        "PostgreSQL",
        "the movements of money that orders caused, in double entry",
        RECORDS,
        none="id account",
        personal="order_id amount currency cause occurred_at created_at",
    ),
    "payment_events": Stored(
        "PostgreSQL",
        "webhook events of the payment service, as they were signed",
        "90 days after receipt; until an administrator has them applied or skipped, if they could not be",
        none="id event_id type livemode vendor_created_at received_at state tries next_try_at done_at",
        personal="body last_error order_id",
    ),
    "idempotency_keys": Stored(
        "PostgreSQL",
        "responses to POST requests that may be repeated",
        "24 hours",
        none="id operation status created_at expires_at",
        personal="user_id key body_hash headers response",
    ),
    "audit_log": Stored(
        "PostgreSQL",
        "administrative actions: evidence that must outlive the accounts in it",
        FOREVER,
        none="id action target_kind request_id key created_at",
        personal="actor_id target_id details ip",
    ),
    "events": Stored(
        "PostgreSQL",
        "the feed of events for trusted systems",
        "90 days after publication; up to 180 if a follower has not handled them",
        none="id type occurred_at recorded_at position published_at",
        personal="event_id data",
    ),
    "outbox": Stored(
        "PostgreSQL",
        "messages of transactions to jobs",
        "7 days after it is done",
        none="id topic created_at next_try_at tries done_at parked_at",
        personal="payload last_error",
    ),
    "payment_reconciliation": Stored(
        "PostgreSQL",
        "how far the comparison of orders with the payment service has come",
        FOREVER,
        none="id lease_until started_at step since cursor covered_at finished_at corrected undelivered_at",
        personal="last_error",
    ),
    "followers": Stored(
        "PostgreSQL",
        "the position of each follower of the feed of events",
        FOREVER,
        none="name position tries next_try_at missed claimed_by claimed_until created_at updated_at",
        personal="last_error",
    ),
    "mails": Stored(
        "PostgreSQL",
        "mails that are queued or were sent, without their links",
        "180 days",
        none="id template language state tries next_try_at",
        personal="user_id address cause facts last_error answer created_at sent_at failed_at",
    ),
    "parked_events": Stored(
        "PostgreSQL",
        "events that a follower could not handle",
        "until an administrator has them handled or skipped",
        none="id follower position tries parked_at retry_at",
        personal="last_error",
    ),
}

MONGODB: dict[str, Stored] = {
    "courses": Stored(
        "MongoDB",
        "drafts of courses, and what the catalogue shows of them",
        COURSE,
        none=(
            f"_id {' '.join(names_of(Metadata))} slug modules grading reading_list status revision current_version "
            "max_playback_rate rating price published published_at seats_due restoring created_at updated_at"
        ),
        personal="instructor_ids versions acts_due created_by",
    ),
    "course_versions": Stored(
        "MongoDB",
        "published snapshots of courses",
        COURSE,
        none=(
            "_id course_id number course modules grading reading_list lesson_ids video_ids document_ids assignment_ids "
            "published_at note learners"
        ),
        personal="published_by",
    ),
    "lessons": Stored(
        "MongoDB",
        "drafts of lessons",
        COURSE,
        none=(f"_id course_id {' '.join(names_of(WholeContent))} revision created_at updated_at deleted_at leaving"),
        personal="created_by",
    ),
    "lesson_versions": Stored(
        "MongoDB",
        "published contents of lessons",
        COURSE,
        none=(f"_id lesson_id course_id revision {' '.join(names_of(WholeContent))} created_at updated_at"),
    ),
    "quizzes": Stored(
        "MongoDB",
        "settings of quizzes, as authors saved them and as they were published",
        COURSE,
        none=" ".join(names_of(StoredQuiz)),
    ),
    "assignments": Stored(
        "MongoDB",
        "settings of assignments, as authors saved them",
        COURSE,
        none=" ".join(names_of(StoredAssignment)),
    ),
    "regrades": Stored(
        "MongoDB",
        "corrections of the marks of a question, in all attempts",
        COURSE,
        none=(
            "_id question_id course_id version_id from_version to_version_id to_version rule may_lower reason state total "
            "done changed position created_at finished_at"
        ),
        personal="created_by",
    ),
    "questions": Stored(
        "MongoDB",
        "questions of courses",
        COURSE,
        none=(
            "_id course_id kind number version_id version_ids tags words key archived_at revision created_at updated_at"
        ),
        personal="created_by",
    ),
    "question_versions": Stored(
        "MongoDB",
        "what questions say and ask, in all their versions",
        COURSE,
        none=f"_id question_id course_id number kind {' '.join(names_of(AuthoredQuestion))} created_at",
        personal="created_by",
    ),
    "books": Stored(
        "MongoDB",
        "books, as instructors and administrators describe them",
        "until it is deleted; archived while a reading list names it",
        none=(
            f"_id {' '.join(names_of(AuthoredBook))} status rating words author_words folded sort_title imports revision "
            "created_at updated_at"
        ),
        personal="created_by",
    ),
    "videos": Stored(
        "MongoDB",
        "videos and their state at the video service",
        "until the video is no longer used; its asset is deleted at the video service as well",
        none=(
            "_id status status_at source upload_id upload_expires_at upload_error asset_id asset_facts "
            "track_news playback_id duration aspect_ratio max_resolution tracks error revision created_at "
            "updated_at review_at purging purged_at listed_at doubted_at checked_at"
        ),
        personal="created_by",
    ),
    "files": Stored(
        "MongoDB",
        "files that users upload; their bytes are in the file storage",
        "until the owner deletes it, or a week after nothing shows it any more; uploads that are not completed, a day",
        none=(
            "purpose type declared_type state state_at refusal pages width height store object etag derived charged move_id "
            "upload_expires_at held_at unnamed_since review_at removing_at removing_for due_at tries claim lapses last_error"
        ),
        personal="_id owner_id name size sha256 created_at",
    ),
    "file_sweeps": Stored("MongoDB", "how many files were removed, and why", FOREVER, none="_id last_run_at removed"),
    "file_quotas": Stored("MongoDB", "how much the files of a user take", ACCOUNT, personal="_id used moves"),
    "progress": Stored(
        "MongoDB",
        "a learner's record of a lesson: watched seconds, days and completion",
        RECORD,
        personal=(
            "_id user_id course_id lesson_id version began_at videos watched credited days past_days "
            "quarters day_seconds seen position opened_at submitted_at completed_at completed_by completed_in reset_at resets "
            "revision updated_at pending_events"
        ),
    ),
    "course_progress": Stored(
        "MongoDB",
        "a learner's progress in a course, computed from the records of its lessons",
        DERIVED,
        personal=(
            "_id user_id course_id status enrolled_at version lessons lesson_count completed_count shares "
            "fraction watch_seconds days quarters quarters_of active_days started_at last_active_at completed_at "
            "completed_day completion_seconds revision updated_at"
        ),
    ),
    "reading": Stored(
        "MongoDB",
        "the books of a course's reading list that a learner has marked as read",
        "with the account; the learner can take a mark back",
        personal="_id user_id course_id books",
    ),
    "attempts": Stored(
        "MongoDB",
        "attempts at quizzes: questions, answers and marks",
        COURSE,
        personal=(
            "_id user_id course_id lesson_id quiz_id version number state started_at deadline_at closes_at submit_at "
            "submitted_at submitted_by items answers late_answers marks awaiting score max_score passed voided_at "
            "claims history completion_due pending_events last_answered figures_due pending_grade held_until revision"
        ),
        secret="salt",  # noqa: S106 - the name of a field
    ),
    "submissions": Stored(
        "MongoDB",
        "homework that learners hand in: texts, files and grades",
        COURSE,
        personal=(
            "_id user_id course_id lesson_id assignment_id version number state text url files saved_at submitted_at "
            "digest due_at accepted_until late_seconds penalty grade released returned_at returned_by return_comment "
            "superseded claim history completion_due pending_grade pending_events revision"
        ),
    ),
    "notifications": Stored(
        "MongoDB",
        "notices: what a person was told in the application and by mail",
        "180 days, or until the account is erased",
        personal=(
            "_id user_id kind event_ids facts course_id target bundle open_until count language in_app mail "
            "mail_at digest created_at updated_at read_at"
        ),
    ),
    "announcements": Stored(
        "MongoDB",
        "announcements to the learners of a course or group",
        "with the course or group",
        none=(
            "_id course_id group_id title text status publish_at published_at edited_at withdrawn_at revision created_at "
            "updated_at"
        ),
        personal="created_by pending_events",
    ),
    "course_stats": Stored(
        "MongoDB",
        "figures of a course or of the platform, of all learners together",
        DERIVED,
        none=(
            "_id days stale_days enrollments completed watch_seconds reached median_completion_seconds "
            "as_of marks due_at rest_until"
        ),
    ),
    "quiz_figures": Stored(
        "MongoDB",
        "figures of a quiz and its questions, of all learners together",
        COURSE,
        none="_id course_id as_of attempts awaiting passed mean distribution questions",
    ),
    "lesson_stats": Stored(
        "MongoDB",
        "figures of a lesson, of all learners together",
        DERIVED,
        none=(
            "_id course_id started completed watch_seconds finished_share days digests videos as_of marks due_at "
            "rest_until"
        ),
    ),
    "day_stats": Stored(
        "MongoDB",
        "figures of a day by quarter-hours, of all learners together",
        DERIVED,
        none="_id sums learners as_of",
    ),
    "reviews": Stored(
        "MongoDB",
        "reviews of courses and books, with what readers and staff said about them",
        "until the author deletes it; once the account is erased, without author and texts",
        none="_id subject_kind subject_id counted turn uncounted removed pending_events revision",
        personal=(
            "user_id anonymous stars text progress_percent helpful voters reports open_reports reported_at hidden reply "
            "created_at updated_at"
        ),
    ),
    "search_entries": Stored(
        "MongoDB",
        "the words by which published courses, their lessons, and books are found",
        DERIVED,
        none="_id kind course_id version version_id title rank terms own source",
    ),
    "search_words": Stored("MongoDB", "all words by which something is found", FOREVER, none="_id entries tails"),
    "webhook_events": Stored(
        "MongoDB",
        "events that the video service sent",
        "45 days after receipt",
        none=("_id type body state tries next_try_at last_error object_id occurred_at received_at applied_at"),
    ),
    "objects.files": Stored(
        "MongoDB",
        "names and sizes of stored files; the names consist of ids",
        "as long as the file",
        none="_id filename length chunkSize uploadDate metadata",
    ),
    "objects.chunks": Stored(
        "MongoDB",
        "contents of files, which may tell of persons",
        "as long as the file",
        none="_id files_id n",
        personal="data",
    ),
    "objects.unfinished": Stored(
        "MongoDB", "files that are being written or removed", "until the next sweep", none="_id began_at"
    ),
    "rollups": Stored(
        "MongoDB",
        "the state of the roll-ups",
        FOREVER,
        none="_id token lease_until progress_through seats_through waiting_checked_at as_of began_at cursor reading",
    ),
    "heartbeats": Stored("MongoDB", "the beat of the schedule", FOREVER, none="_id at"),
    "document_migrations": Stored(
        "MongoDB",
        "which migrations of documents have run",
        FOREVER,
        none="_id step after changed began_at done_at",
    ),
}

BESIDES = """\
- **Redis** holds copies of sessions, roles and seats for up to 16 minutes, and counters of requests and failed sign-ins by
  account and network for up to 15 minutes. Nothing in it is durable.
- **Logs** name the user's id, the network address and the path of each request, never bodies, tokens or passwords. Their
  retention is up to the platform.
- **Mux** gets video files with the lesson's title and our id of the video, and, when a video plays, the viewer's network
  address. It receives no names, addresses or ids of users.
"""


def page() -> Iterator[str]:
    """Yield the lines of `docs/privacy.md`."""
    yield "# Personal data"
    yield ""
    yield "Every stored field and its class. This page is generated by `python3 -m devstack pages` from"
    yield "`learnstream/services/foundation/personal_data.py`; a test fails for a field without an entry."
    yield ""
    yield "- **Personal**: relates to an identifiable person (GDPR, Article 4)."
    yield "- **Secret**: lets its holder act as that person. It never leaves the store."
    yield "- **Other**: does not relate to a person."
    for store, tables in (("PostgreSQL", POSTGRESQL), ("MongoDB", MONGODB)):
        yield from ("", f"## {store}", "", "| stored in | purpose | kept | personal | secret | other |")
        yield "|---|---|---|---|---|---|"
        for name, stored in tables.items():
            groups = (
                ", ".join(f"`{field}`" for field in group.split())
                for group in (stored.personal, stored.secret, stored.none)
            )
            yield f"| **{name}** | {stored.purpose} | {stored.kept} | {' | '.join(groups)} |"
    yield from ("", "## Elsewhere", "", BESIDES.rstrip())
