"""Requirements beyond the table for the time in which a store is away."""

import pytest

BOTH_WAYS = pytest.mark.parametrize("how", ["refused", pytest.param("frozen", marks=pytest.mark.thorough)])


@BOTH_WAYS
def test_without_redis_a_revocation_applies_to_the_next_request(seeder, fail, how):
    ended, remaining = seeder.person(), seeder.person()
    ended.request_json("GET", "/users/me")
    fail("redis", how)

    ended.request_json("POST", "/auth/logout")

    assert ended.request("GET", "/users/me").status_code == 401
    assert remaining.request("GET", "/users/me").status_code == 200


@BOTH_WAYS
def test_without_redis_a_disabled_account_loses_access_with_the_next_request(seeder, fail, how):
    person = seeder.person()
    person.request_json("GET", "/users/me")
    fail("redis", how)

    seeder.admin.request_json("PATCH", f"/admin/users/{person.id}", is_active=False)

    assert person.request("GET", "/users/me").status_code == 401


@pytest.mark.parametrize("store", ["postgres", "mongodb"])
def test_later_requests_do_not_wait_for_an_unavailable_store(seeder, fail, store):
    person = seeder.person()
    course, other = [seeder.course(seeder.instructor()) for _ in range(2)]
    fail(store, "frozen")

    first, second = [person.request("POST", f"{each.path}/enroll") for each in (course, other)]

    assert (first.status_code, second.status_code) == (503, 503)
    assert second.elapsed.total_seconds() < 1


def test_without_mongodb_enrollments_are_listed_with_cached_courses(seeder, fail):
    owner = seeder.instructor()
    known, unknown = seeder.course(owner), seeder.course(owner)
    learner = seeder.learner(known)
    learner.request_json("GET", "/users/me/enrollments")
    seeder.admin.request_json("POST", "/admin/enrollments", user_id=learner.id, course_id=unknown.id)
    fail("mongodb", "refused")

    courses = [seat["course"] for seat in learner.request_json("GET", "/users/me/enrollments")]

    assert [course and course["title"] for course in courses] == [None, "Astronomy"]


@pytest.mark.parametrize("store", ["postgres", "mongodb"])
def test_no_upload_is_requested_without_the_required_stores(seeder, system, fail, store):
    owner = seeder.instructor()
    course = seeder.course(owner)
    uploads = len(system.mux.uploads())
    fail(store, "refused")

    assert owner.request("POST", f"/lessons/{course.video}/video/upload", json={}).status_code == 503
    assert len(system.mux.uploads()) == uploads


@pytest.mark.parametrize("store", ["postgres", "mongodb"])
def test_an_opened_lesson_stays_open_during_an_outage(seeder, fail, expire_cached_entries, store):
    owner = seeder.instructor()
    course_id = owner.request_json("POST", "/courses", title="Astronomy")["id"]
    first, second = [seeder.lesson(owner, course_id, kind="text", body="# Hello") for _ in range(2)]
    condition = {"lesson_id": second, "prerequisites": [first]}
    module = {"title": "All", "lesson_ids": [first, second], "conditions": [condition]}
    owner.request_json("PUT", f"/courses/{course_id}/outline", modules=[module])
    owner.request_json("POST", f"/courses/{course_id}/publish")
    learner, newcomer = [seeder.learner_of(course_id) for _ in range(2)]
    learner.request_json("PUT", f"/lessons/{first}/progress", opened=True)
    learner.request_json("GET", f"/lessons/{second}")
    assert newcomer.request("GET", f"/lessons/{second}").status_code == 403
    expire_cached_entries()
    fail(store, "refused")

    assert learner.request("GET", f"/lessons/{second}").status_code == 200
    assert newcomer.request("GET", f"/lessons/{second}").status_code == {"postgres": 403, "mongodb": 503}[store]


def test_without_postgresql_progress_still_counts(seeder, fail, expire_cached_entries):
    course = seeder.course(seeder.instructor())
    learner = seeder.learner(course)
    assert learner.request_json("GET", f"{course.path}/progress")["completed_lessons"] == 0
    expire_cached_entries()
    fail("postgres", "refused")

    learner.request_json("PUT", f"/lessons/{course.text}/progress", opened=True)

    assert learner.request_json("GET", f"{course.path}/progress")["completed_lessons"] == 1


def test_without_postgresql_learners_keep_their_version(seeder, fail, expire_cached_entries):
    owner = seeder.instructor()
    course = seeder.course(owner)
    learner = seeder.learner(course)
    kept = learner.request_json("GET", f"/lessons/{course.video}/playback")["playback_id"]
    seeder.give_video(owner, course.video)
    owner.request_json("POST", f"{course.path}/publish", learners="keep")
    learner.request_json("GET", f"/lessons/{course.video}/playback")
    expire_cached_entries()
    fail("postgres", "refused")

    assert learner.request_json("GET", f"/lessons/{course.video}/playback")["playback_id"] == kept
