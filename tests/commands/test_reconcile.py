from datetime import timedelta

from bson import ObjectId

from learnstream.clock import now
from learnstream.documents import Video
from learnstream.integrations import video as port
from learnstream.services.commerce import reconciliation as payment_reconciliation
from learnstream.services.enrollment import enrollments
from learnstream.services.foundation import cursors, events, followers
from learnstream.services.media import uploads, videos
from learnstream.stores.sql import db
from tests.factories import make_lesson, make_ready_video, put_video
from tests.payments import check_out, make_priced_course, pay


def reconcile(app):
    result = app.test_cli_runner().invoke(args=["reconcile"])
    assert result.exit_code == 0, result.output
    return result.output.strip()


def report(*, reviewed, followed, relayed, handled=0):
    return (
        f"webhook events applied: 0, payment events handled: {handled}, videos reviewed: {reviewed}, "
        f"events followed: {followed}, messages relayed: {relayed}"
    )


def test_all_due_work_is_done(app, mux, course, learner):
    events.publish()
    cursors.register([*followers.registered.values()])
    abandoned = uploads.request_upload(created_by=1, title="", cors_origin="*")
    videos.release(abandoned.video_id)
    enrollments.withdraw(user_id=learner.id, course_id=course.id)
    Video.collection().update_many({}, {"$set": {"review_at": now() - timedelta(seconds=1)}})
    db.session.commit()

    assert reconcile(app) == report(reviewed=1, followed=1, relayed=1)
    assert reconcile(app) == report(reviewed=0, followed=0, relayed=0)


def test_a_deleted_asset_is_detected(app, mux, owner):
    asset = port.service().create_asset("https://samples.test/sample.mp4", passthrough="", title="", subtitles=())
    video_id = make_ready_video(asset_id=asset.id)
    put_video(make_lesson(owner, None), video_id)
    port.service().delete_asset(asset.id)

    assert "videos reviewed: 1" in reconcile(app)

    assert Video.collection().find_one({"_id": ObjectId(video_id)})["status"] == "deleted"


def test_payment_events_are_handled_and_orders_compared(app, client, stripe, deliver_stripe):
    stripe.context.emit("product.created", {"id": "prod_1", "object": "product"})
    assert deliver_stripe().status_code == 200

    assert "payment events handled: 1" in reconcile(app)

    assert payment_reconciliation.report()["finished_at"] is not None


def test_payment_events_that_were_never_delivered_are_handled_at_once(app, client, stripe, owner, admin, stranger):
    pay(stripe, check_out(client, stranger, make_priced_course(client, owner, admin)))

    assert "payment events handled: 1" in reconcile(app)

    assert payment_reconciliation.report()["undelivered_at"] is not None


def test_a_payment_service_that_refuses_the_key_is_named(app, stripe):
    stripe.misbehave(api={"kind": "status", "status": 401, "times": 9})

    assert "payments: PaymentServiceError" in reconcile(app)
