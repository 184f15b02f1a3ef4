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


def seats(fresh):
    fresh.rollback()
    return dict(fresh.execute(select(Enrollment.user_id, Enrollment.course_version)).all())


def moves(fresh):
    fresh.rollback()
    query = select(AuditEntry).where(AuditEntry.action == "course.learners_moved").order_by(AuditEntry.id)
    return fresh.scalars(query).all()


@pytest.fixture
def kept(client, owner, course, learner):
    """`course` in its second version; its learner kept the first."""
    publish(client, course, owner)
    return course


@pytest.fixture
def people(course):
    """Others who are enrolled in `course`."""
    found = [make_person(name="Pat") for _ in range(4)]
    for person in found:
        make_seat(person, course)
    return found


def test_who_kept_a_version_moves_to_the_current_one(client, owner, learner, kept, fresh):
    answer = migrate(client, kept, owner)

    assert answer.status_code == 200
    assert answer.json == {"course_id": kept.id, "version": 2, "moved": 1, "already_there": [], "not_enrolled": []}
    assert seats(fresh) == {learner.id: 2}


def test_repeating_it_moves_nobody(client, owner, learner, kept, fresh):
    answers = [migrate(client, kept, owner).json["moved"] for _ in range(2)]

    assert answers == [1, 0]
    assert [entry.details for entry in moves(fresh)] == [{"version": 2, "seats": 1, "from": {"1": 1}}]


def test_some_may_move_and_others_stay(client, owner, course, people, fresh):
    publish(client, course, owner)
    gone, stranger, *rest = people[0], make_person(name="Stan"), *people[1:]
    client.delete(f"/courses/{course.id}/enroll", auth=gone)
    named = [gone.id, stranger.id, rest[0].id]

    first, again = (migrate(client, course, owner, user_ids=named).json for _ in range(2))

    assert (first["moved"], first["not_enrolled"], first["already_there"]) == (1, [gone.id, stranger.id], [])
    assert (again["moved"], again["already_there"]) == (0, [rest[0].id])
    assert seats(fresh) == {gone.id: 1, rest[0].id: 2, rest[1].id: 1, rest[2].id: 1}
    [entry] = moves(fresh)
    assert (entry.actor_id, entry.target_id, entry.details["user_ids"]) == (owner.id, course.id, [rest[0].id])


def test_one_may_move_to_a_version_in_between_but_never_back(client, owner, learner, kept, fresh):
    publish(client, kept, owner)

    assert migrate(client, kept, owner, to_version=2).json["moved"] == 1
    assert seats(fresh) == {learner.id: 2}
    back = migrate(client, kept, owner, to_version=1, user_ids=[learner.id]).json
    assert (back["moved"], back["already_there"]) == (0, [learner.id])
    assert seats(fresh) == {learner.id: 2}


@pytest.mark.parametrize("fields", [{"status": "deleted"}, {"purging": True}])
def test_nobody_moves_to_a_version_whose_videos_are_gone(client, owner, course, learner, fields):
    video_id = make_ready_video()
    show_video(course, course.video, video_id, learners=Learners.KEEP)
    show_video(course, course.video, make_ready_video(), learners=Learners.KEEP)
    Video.collection().update_one({"_id": ObjectId(video_id)}, {"$set": fields})

    answer = migrate(client, course, owner, to_version=2)

    assert (answer.status_code, answer.json["code"]) == (409, "version_incomplete")
    assert migrate(client, course, owner, to_version=3).json["moved"] == 1


def test_seats_that_are_over_stay_where_they_are(client, owner, course, fresh):
    left, late, done = (make_person(name=name) for name in ("Left", "Late", "Done"))
    make_seat(left, course, status=SeatStatus.WITHDRAWN)
    make_seat(late, course, expires_at=Enrollment.__table__.c.enrolled_at)
    make_seat(done, course, completed_at=now())
    publish(client, course, owner)

    assert migrate(client, course, owner).json["moved"] == 1
    assert seats(fresh) == {left.id: 1, late.id: 1, done.id: 2}
    assert fresh.scalar(select(Enrollment.status).where(Enrollment.user_id == done.id)) is SeatStatus.COMPLETED


def see(client, course, learner):
    """What a learner sees of the course's parts, and whether each may be learned from."""
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


def test_each_learns_from_the_version_of_their_seat_until_they_move(client, owner, course, learner):
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

    # What was completed stays so; the new video is watched from the start.
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


def test_a_course_without_versions_has_nowhere_to_move(client, owner, draft_course):
    answer = migrate(client, draft_course, owner)

    assert (answer.status_code, answer.json["code"]) == (409, "never_published")


def test_an_unknown_version_is_not_found(client, owner, kept):
    assert migrate(client, kept, owner, to_version=9).status_code == 404
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
def test_a_bad_field_is_named(client, owner, course, field, value):
    answer = migrate(client, course, owner, **{field: value})

    assert answer.status_code == 422
    assert field in answer.json["errors"]["json"]


def test_a_version_larger_than_any_is_not_found(client, owner, kept):
    assert migrate(client, kept, owner, to_version=2**63 - 1).status_code == 404


def test_only_its_authors_move_learners(client, admin, other_owner, learner, stranger, kept, draft_course):
    for person in (other_owner, learner, stranger):
        assert migrate(client, kept, person).json["code"] == "not_your_course"
    assert migrate(client, kept, None).status_code == 401
    assert migrate(client, draft_course, stranger).status_code == 404
    assert migrate(client, kept, admin).json["moved"] == 1


def together(app, *calls):
    """Make calls at the same moment; return their statuses."""
    statuses, start = [], Barrier(len(calls))

    def go(call):
        start.wait()
        statuses.append(call(app.test_client()).status_code)

    threads = [Thread(target=go, args=(call,)) for call in calls]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    return statuses


def test_publishing_while_learners_are_moved_leaves_nobody_behind(app, client, owner, course, people, fresh):
    publish(client, course, owner)

    statuses = together(
        app,
        lambda client: migrate(client, course, owner),
        lambda client: publish(client, course, owner, "migrate"),
        lambda client: migrate(client, course, owner, user_ids=[people[0].id]),
    )

    assert sorted(statuses) == [200, 200, 201]
    assert seats(fresh) == {person.id: 3 for person in people}


def test_keeping_while_learners_are_moved_leaves_each_on_one_version(app, client, owner, course, people, fresh):
    publish(client, course, owner)

    together(
        app,
        lambda client: migrate(client, course, owner),
        lambda client: publish(client, course, owner, "keep"),
    )

    # All moved at once: to what was current before the publication, or after it.
    assert seats(fresh) in [{person.id: number for person in people} for number in (2, 3)]
    assert len(moves(fresh)) == 1


def test_who_leaves_while_it_is_published_has_left(app, client, owner, course, people, fresh):
    put_video(course.video, make_ready_video())

    statuses = together(
        app,
        lambda client: publish(client, course, owner, "migrate"),
        *(
            lambda client, person=person: client.delete(f"/courses/{course.id}/enroll", auth=person)
            for person in people
        ),
    )

    assert sorted(statuses) == [201, 204, 204, 204, 204]
    assert set(fresh.scalars(select(Enrollment.status)).all()) == {SeatStatus.WITHDRAWN}
    assert client.get(f"/courses/{course.id}").json["version"] == 2


def test_no_collection_is_read_whole(client, owner, course, learner, plans):
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
