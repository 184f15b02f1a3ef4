"""Every scheduled job is idempotent: repeated, or run by two workers, it does its work once."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import mongoengine
import pytest
import sqlalchemy as sa
from bson import ObjectId

from learnstream.clock import now
from learnstream.documents import Attempt, Course, Notification, Review, Video, WebhookEvent
from learnstream.documents.notification import NoticeKind, NoticeMail
from learnstream.extensions import celery
from learnstream.integrations.payments import ReceivedEvent, current_payments
from learnstream.models import Enrollment, Session, User
from learnstream.models.digest_schedule import DigestSchedule
from learnstream.models.mail import MailTemplate
from learnstream.policies import entitlements
from learnstream.policies.views import Caller
from learnstream.services.announcements import announcements, writing
from learnstream.services.assessment import starting, submitting
from learnstream.services.authoring import publishing
from learnstream.services.commerce import event_work
from learnstream.services.delivery import visibility
from learnstream.services.media import uploads, videos, webhooks
from learnstream.services.messaging import mails
from learnstream.stores.sql import db
from tests.factories import make_person, make_quiz_lesson, make_seat, make_video
from tests.files import make_file
from tests.homework import make_assignment_lesson
from tests.learning import open_text
from tests.notices import tell_of
from tests.orders import open_page, store_order
from tests.reviews import review
from tests.submissions import store_submission

TASKS = sorted({entry["task"] for entry in celery.conf.beat_schedule.values()})
LONG_AGO = timedelta(days=60)


@pytest.fixture
def due_work(app, mux, stripe, post, owner, course, learner):
    """Create due work for every job."""
    open_text(learner, course, course.text)
    publishing.publish(course_id=course.id, published_by=owner.id)
    db.session.rollback()  # the process died before the seats were migrated
    event = {"id": "e1", "type": "video.asset.ready", "created_at": "2026-03-01T12:00:00Z"}
    event["data"] = {"id": "as1", "status": "ready", "duration": 4.0}
    webhooks.receive(json.dumps(event).encode(), event)
    make_video(asset_id="as1")
    abandoned = uploads.request_upload(created_by=owner.id, title="", cors_origin="*")
    videos.release(abandoned.video_id)
    db.session.add(Session(user_id=owner.id, expires_at=now() - LONG_AGO))
    mails.request(MailTemplate.PASSWORD_CHANGED, cause="test", address=owner.email, at=now().isoformat())
    db.session.execute(sa.update(Enrollment).values(next_change_at=now() - LONG_AGO))
    db.session.execute(sa.update(User).values(name=User.name + " of an older release"))
    db.session.commit()
    make_seat(make_person(), course, expires_at=now() + timedelta(days=5))
    finished = start_attempt(learner, make_quiz_lesson(course))
    submitting.submit(str(finished["_id"]), user_id=learner.id)
    Attempt.collection().update_one({"_id": finished["_id"]}, {"$set": {"held_until": now()}})
    unfinished = start_attempt(learner, make_quiz_lesson(course, time_limit=60))
    Attempt.collection().update_one({"_id": unfinished["_id"]}, {"$set": {"deadline_at": now(), "submit_at": now()}})
    store_submission(learner, make_assignment_lesson(course), completion_due=True)
    make_assignment_lesson(course, due={"at": (now() + timedelta(hours=5)).isoformat()})
    tell_by_mail(owner)
    Review.collection().update_one(
        {"_id": ObjectId(review(learner, course))}, {"$set": {"stars": 3, "uncounted": True}}
    )
    writing.create(announcements.of_course(course.id), by=owner.id, title="Then", text="Now", publish_at=now())
    order_course(stripe, course)
    make_file(owner, state="processing", due_at=now())
    make_file(owner, review_at=now())
    Video.collection().update_many({"upload_id": abandoned.upload.id}, {"$set": {"review_at": now() - LONG_AGO}})
    WebhookEvent.collection().update_many({}, {"$set": {"next_try_at": now() - LONG_AGO}})
    Course.collection().update_many({}, {"$set": {"updated_at": now() - LONG_AGO}})


def order_course(stripe, course):
    """Have two people order a course: one has paid, of which an event is stored, and one has left the page."""
    paid, left = (store_order(make_person(), course) for _ in range(2))
    stripe.pay(open_page(paid))
    current_payments().expire_checkout(open_page(left))
    event = next(each for each in stripe.take_events() if each.type == "checkout.session.completed")
    event_work.receive(ReceivedEvent(event.id, event.type, now(), False, event.body))
    db.session.commit()


def tell_by_mail(person):
    """Tell a person of something by mail at once, and of something in the digest. Both mails are due."""
    tell_of(person, kind=NoticeKind.SEAT_ENDING)
    tell_of(person, kind=NoticeKind.COURSE_VERSION, facts={"course": "Stars"})
    Notification.collection().update_many({"mail": NoticeMail.AT_ONCE}, {"$set": {"mail_at": now() - LONG_AGO}})
    db.session.execute(
        sa.update(User).where(User.id == person.id).values(timezone=f"Etc/GMT{now().hour - 12:+}")
    )  # noon
    db.session.execute(sa.update(DigestSchedule).values(due_at=now() - LONG_AGO))
    db.session.commit()


def start_attempt(person, lesson):
    caller = Caller(person.id, person.role, person.session_id, issued_at=0)
    shown = visibility.resolve(lesson.id, caller)
    attempt, _ = starting.start(lesson=shown, seat=entitlements.seat(person.id, shown.course_id))
    return attempt


def store_contents():
    """Return the contents of the stores, without timestamps."""
    database = mongoengine.get_db()
    documents = {name: [timeless(each) for each in database[name].find()] for name in database.list_collection_names()}
    with db.engine.connect() as connection:
        rows = {
            table.name: sorted(repr(timeless(row)) for row in connection.execute(sa.select(table)).mappings())
            for table in db.metadata.sorted_tables
        }
    return documents, rows


def timeless(value):
    if isinstance(value, datetime):
        return "then"
    if isinstance(value, list):
        return [timeless(each) for each in value]
    return {name: timeless(each) for name, each in value.items()} if hasattr(value, "items") else value


def run(app, task):
    with app.app_context():
        celery.tasks[task]()


@pytest.mark.parametrize("task", TASKS)
def test_a_job_that_is_repeated_changes_nothing_more(app, due_work, task):
    before = store_contents()
    run(app, task)
    after = store_contents()

    run(app, task)

    assert after != before
    assert store_contents() == after


@pytest.mark.parametrize("task", TASKS)
def test_two_concurrent_workers_leave_no_work(app, due_work, task):
    with ThreadPoolExecutor(2) as workers:
        for running in [workers.submit(run, app, task) for _ in range(2)]:
            running.result(timeout=30)
    after = store_contents()

    run(app, task)

    assert store_contents() == after
