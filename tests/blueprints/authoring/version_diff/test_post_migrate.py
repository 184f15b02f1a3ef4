from threading import Barrier, Thread

import pytest
from bson import ObjectId
from sqlalchemy import select

from learnstream.clock import now
from learnstream.documents import Video
from learnstream.models import AuditEntry, Enrollment, SeatStatus
from learnstream.services.authoring import repairs
from learnstream.services.authoring.publishing import Learners
from learnstream.services.foundation import outbox
from tests.factories import make_lesson, make_person, make_ready_video, make_seat, put_video, show_video
from tests.learning import complete


def migrate(client, course, auth, **body):
    return client.post(f"/courses/{course.id}/learners/migrate", json=body, auth=auth)


def publish(client, course, auth, learners="keep"):
    return client.post(f"/courses/{course.id}/publish", json={"learners": learners}, auth=auth)


def seats(separate_session):
    separate_session.rollback()
    return dict(separate_session.execute(select(Enrollment.user_id, Enrollment.course_version)).all())


def moves(separate_session):
    separate_session.rollback()
    query = select(AuditEntry).where(AuditEntry.action == "course.learners_moved").order_by(AuditEntry.id)
    return separate_session.scalars(query).all()


@pytest.fixture
def second_version(client, owner, course, learner):
    """`course` in its second version; its learner kept the first."""
    publish(client, course, owner)
    return course


@pytest.fixture
def people(course):
    """Further learners of `course`."""
    found = [make_person(name="Pat") for _ in range(4)]
    for person in found:
        make_seat(person, course)
    return found


def test_a_learner_with_a_kept_version_migrates_to_the_current_one(
    client, owner, learner, second_version, separate_session
):
    response = migrate(client, second_version, owner)

    assert response.status_code == 200
    assert response.json == {
        "course_id": second_version.id,
        "version": 2,
        "moved": 1,
        "already_there": [],
        "not_enrolled": [],
    }
    assert seats(separate_session) == {learner.id: 2}


def test_a_repeated_migration_moves_no_learner(client, owner, learner, second_version, separate_session):
    responses = [migrate(client, second_version, owner).json["moved"] for _ in range(2)]

    assert responses == [1, 0]
    assert [entry.details for entry in moves(separate_session)] == [{"version": 2, "seats": 1, "from": {"1": 1}}]


def test_a_migration_can_be_limited_to_some_learners(client, owner, course, people, separate_session):
    publish(client, course, owner)
    gone, stranger, *rest = people[0], make_person(name="Stan"), *people[1:]
    client.delete(f"/courses/{course.id}/enroll", auth=gone)
    named = [gone.id, stranger.id, rest[0].id]

    first, again = (migrate(client, course, owner, user_ids=named).json for _ in range(2))

    assert (first["moved"], first["not_enrolled"], first["already_there"]) == (1, [gone.id, stranger.id], [])
    assert (again["moved"], again["already_there"]) == (0, [rest[0].id])
    assert seats(separate_session) == {gone.id: 1, rest[0].id: 2, rest[1].id: 1, rest[2].id: 1}
    [entry] = moves(separate_session)
    assert (entry.actor_id, entry.target_id, entry.details["user_ids"]) == (owner.id, course.id, [rest[0].id])


def test_learners_may_migrate_to_an_intermediate_version_but_never_back(
    client, owner, learner, second_version, separate_session
):
    publish(client, second_version, owner)

    assert migrate(client, second_version, owner, to_version=2).json["moved"] == 1
    assert seats(separate_session) == {learner.id: 2}
    back = migrate(client, second_version, owner, to_version=1, user_ids=[learner.id]).json
    assert (back["moved"], back["already_there"]) == (0, [learner.id])
    assert seats(separate_session) == {learner.id: 2}


@pytest.mark.parametrize("fields", [{"status": "deleted"}, {"purging": True}])
def test_a_version_with_deleted_videos_is_not_a_migration_target(client, owner, course, learner, fields):
    video_id = make_ready_video()
    show_video(course, course.video, video_id, learners=Learners.KEEP)
    show_video(course, course.video, make_ready_video(), learners=Learners.KEEP)
    Video.collection().update_one({"_id": ObjectId(video_id)}, {"$set": fields})

    response = migrate(client, course, owner, to_version=2)

    assert (response.status_code, response.json["code"]) == (409, "version_incomplete")
    assert migrate(client, course, owner, to_version=3).json["moved"] == 1


def test_ended_enrollments_do_not_migrate(client, owner, course, separate_session):
    left, late, done = (make_person(name=name) for name in ("Left", "Late", "Done"))
    make_seat(left, course, status=SeatStatus.WITHDRAWN)
    make_seat(late, course, expires_at=Enrollment.__table__.c.enrolled_at)
    make_seat(done, course, completed_at=now())
    publish(client, course, owner)

    assert migrate(client, course, owner).json["moved"] == 1
    assert seats(separate_session) == {left.id: 1, late.id: 1, done.id: 2}
    assert (
        separate_session.scalar(select(Enrollment.status).where(Enrollment.user_id == done.id)) is SeatStatus.COMPLETED
    )


def see(client, course, learner):
    """Return what a learner sees of the course, and the status of each lesson's playback."""
    outline = client.get(f"/courses/{course.id}/lessons", auth=learner).json
    playback = client.get(f"/lessons/{course.video.id}/playback", auth=learner).json
    report = {"viewing_id": playback["viewing_id"], "seq": 1, "client_time": "2026-03-01T12:00:00Z", "position": 2}
    progress = client.put(f"/lessons/{course.video.id}/progress", json=report | {"played": PLAYED}, auth=learner).json
    return {
        "outline": [lesson["title"] for lesson in outline],
        "text": client.get(f"/lessons/{course.text.id}", auth=learner).json["body"],
        "playback_id": playback["playback_id"],
        "duration": progress["duration"],
        "watched": progress["watched_seconds"],
        "completed": progress["completed"],
        "removed": client.get(f"/lessons/{course.preview.id}/progress", auth=learner).status_code,
    }


PLAYED = [{"from": 0, "to": 2, "at": "2026-03-01T12:00:00Z"}]


def test_learners_see_the_version_of_their_enrollment_until_they_migrate(client, owner, course, learner):
    show_video(course, course.video, make_ready_video(playback_id="old", duration=100.0))
    before = see(client, course, learner)
    complete(learner, course, course.video)
    client.patch(f"/lessons/{course.text.id}", json={"body": "New."}, auth=owner)
    client.delete(f"/lessons/{course.preview.id}", auth=owner)
    added = make_lesson(owner, course.id, "Added")
    show_video(course, course.video, make_ready_video(playback_id="new", duration=50.0), learners=Learners.KEEP)

    assert before | {"completed": True} == see(client, course, learner)
    assert client.get(f"/lessons/{added.id}/progress", auth=learner).status_code == 404
    migrate(client, course, owner)

    # Completion stays; the new video is watched from the start.
    record = client.get(f"/lessons/{course.video.id}/progress", auth=learner).json
    assert (record["completed"], record["watched_seconds"], record["fraction"]) == (True, 0, 0.0)
    assert see(client, course, learner) == {
        "outline": ["Reading", "Watching", "Added"],
        "text": "New.",
        "playback_id": "new",
        "duration": 50.0,
        "watched": 2,
        "completed": True,
        "removed": 404,
    }


def test_a_course_without_versions_has_no_migration_target(client, owner, draft_course):
    response = migrate(client, draft_course, owner)

    assert (response.status_code, response.json["code"]) == (409, "never_published")


def test_an_unknown_version_is_not_found(client, owner, second_version):
    assert migrate(client, second_version, owner, to_version=9).status_code == 404
    assert client.post(f"/courses/{ObjectId()}/learners/migrate", json={}, auth=owner).status_code == 404


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("to_version", 0),
        ("to_version", "2"),
        ("to_version", 10**40),
        ("user_ids", []),
        ("user_ids", [0]),
        ("user_ids", [10**40]),
        ("user_ids", list(range(1, 1002))),
        ("everybody", True),
    ],
)
def test_an_invalid_field_is_named(client, owner, course, field, value):
    response = migrate(client, course, owner, **{field: value})

    assert response.status_code == 422
    assert field in response.json["errors"]["json"]


def test_a_version_number_out_of_range_is_not_found(client, owner, second_version):
    assert migrate(client, second_version, owner, to_version=2**63 - 1).status_code == 404


def test_only_authors_can_migrate_learners(client, admin, other_owner, learner, stranger, second_version, draft_course):
    for person in (other_owner, learner, stranger):
        assert migrate(client, second_version, person).json["code"] == "not_your_course"
    assert migrate(client, second_version, None).status_code == 401
    assert migrate(client, draft_course, stranger).status_code == 404
    assert migrate(client, second_version, admin).json["moved"] == 1


def run_concurrently(app, *calls):
    """Make calls concurrently; return their statuses."""
    statuses, start = [], Barrier(len(calls))

    def go(call):
        start.wait()
        statuses.append(call(app.test_client()).status_code)

    threads = [Thread(target=go, args=(call,)) for call in calls]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    return statuses


def test_publishing_during_a_migration_leaves_no_learner_behind(app, client, owner, course, people, separate_session):
    publish(client, course, owner)

    statuses = run_concurrently(
        app,
        lambda client: migrate(client, course, owner),
        lambda client: publish(client, course, owner, "migrate"),
        lambda client: migrate(client, course, owner, user_ids=[people[0].id]),
    )

    assert sorted(statuses) == [200, 200, 201]
    assert seats(separate_session) == {person.id: 3 for person in people}


def test_a_keeping_publication_during_a_migration_leaves_each_learner_on_one_version(
    app, client, owner, course, people, separate_session
):
    publish(client, course, owner)

    run_concurrently(
        app,
        lambda client: migrate(client, course, owner),
        lambda client: publish(client, course, owner, "keep"),
    )

    # All moved together: to the version that was current before the publication, or after it.
    assert seats(separate_session) in [{person.id: number for person in people} for number in (2, 3)]
    assert len(moves(separate_session)) == 1


def test_a_withdrawal_during_a_publication_is_kept(app, client, owner, course, people, separate_session):
    put_video(course.video, make_ready_video())

    statuses = run_concurrently(
        app,
        lambda client: publish(client, course, owner, "migrate"),
        *(
            lambda client, person=person: client.delete(f"/courses/{course.id}/enroll", auth=person)
            for person in people
        ),
    )

    assert sorted(statuses) == [201, 204, 204, 204, 204]
    assert set(separate_session.scalars(select(Enrollment.status)).all()) == {SeatStatus.WITHDRAWN}
    assert client.get(f"/courses/{course.id}").json["version"] == 2


def test_no_query_scans_a_collection(client, owner, course, learner, plans):
    show_video(course, course.video, make_ready_video())

    with plans:
        for number in range(2):
            put_video(course.video, make_ready_video())
            assert publish(client, course, owner).json["version"] == 3 + number
        client.get(f"/courses/{course.id}/versions/diff?from=1&to=4&lesson_id={course.text.id}", auth=owner)
        client.get(f"/courses/{course.id}/publish-preview", auth=owner)
        migrate(client, course, owner, to_version=3)
        migrate(client, course, owner)
        client.post(f"/courses/{course.id}/versions/1/restore", auth=owner)
        while outbox.relay():
            pass
        repairs.repair(grace=repairs.NONE)

    assert [collection for collection, plan, _ in plans.scans if "COLLSCAN" in plan] == []
