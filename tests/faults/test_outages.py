"""Requirements beyond the table for the time in which a store is away."""

import pytest

BOTH_WAYS = pytest.mark.parametrize("how", ["refused", pytest.param("frozen", marks=pytest.mark.thorough)])


@BOTH_WAYS
def test_without_redis_a_revocation_counts_from_the_next_request_on(school, fail, how):
    leaving, staying = school.person(), school.person()
    leaving.do("GET", "/users/me")
    fail("redis", how)

    leaving.do("POST", "/auth/logout")

    assert leaving.ask("GET", "/users/me").status_code == 401
    assert staying.ask("GET", "/users/me").status_code == 200


@BOTH_WAYS
def test_without_redis_a_disabled_account_is_out_from_the_next_request_on(school, fail, how):
    person = school.person()
    person.do("GET", "/users/me")
    fail("redis", how)

    school.admin.do("PATCH", f"/admin/users/{person.id}", is_active=False)

    assert person.ask("GET", "/users/me").status_code == 401


@pytest.mark.parametrize("store", ["postgres", "mongodb"])
def test_whoever_comes_next_does_not_wait_for_a_store_that_is_away(school, fail, store):
    person = school.person()
    course, other = [school.course(school.instructor()) for _ in range(2)]
    fail(store, "frozen")

    first, second = [person.ask("POST", f"{each.path}/enroll") for each in (course, other)]

    assert (first.status_code, second.status_code) == (503, 503)
    assert second.elapsed.total_seconds() < 1


def test_without_mongodb_seats_are_listed_with_what_is_known_of_their_courses(school, fail):
    owner = school.instructor()
    known, unknown = school.course(owner), school.course(owner)
    learner = school.learner(known)
    learner.do("GET", "/users/me/enrollments")
    school.admin.do("POST", "/admin/enrollments", user_id=learner.id, course_id=unknown.id)
    fail("mongodb", "refused")

    courses = [seat["course"] for seat in learner.do("GET", "/users/me/enrollments")]

    assert [course and course["title"] for course in courses] == [None, "Astronomy"]


@pytest.mark.parametrize("store", ["postgres", "mongodb"])
def test_no_upload_is_asked_for_without_its_stores(school, system, fail, store):
    owner = school.instructor()
    course = school.course(owner)
    uploads = len(system.mux.uploads())
    fail(store, "refused")

    assert owner.ask("POST", f"/lessons/{course.video}/video/upload", json={}).status_code == 503
    assert len(system.mux.uploads()) == uploads


@pytest.mark.parametrize("store", ["postgres", "mongodb"])
def test_what_has_opened_to_a_learner_stays_open(school, fail, let_grow_old, store):
    owner = school.instructor()
    course_id = owner.do("POST", "/courses", title="Astronomy")["id"]
    first, second = [school.lesson(owner, course_id, kind="text", body="# Hello") for _ in range(2)]
    condition = {"lesson_id": second, "prerequisites": [first]}
    module = {"title": "All", "lesson_ids": [first, second], "conditions": [condition]}
    owner.do("PUT", f"/courses/{course_id}/outline", modules=[module])
    owner.do("POST", f"/courses/{course_id}/publish")
    learner, newcomer = [school.learner_of(course_id) for _ in range(2)]
    learner.do("PUT", f"/lessons/{first}/progress", opened=True)
    learner.do("GET", f"/lessons/{second}")
    assert newcomer.ask("GET", f"/lessons/{second}").status_code == 403
    let_grow_old()
    fail(store, "refused")

    assert learner.ask("GET", f"/lessons/{second}").status_code == 200
    assert newcomer.ask("GET", f"/lessons/{second}").status_code == {"postgres": 403, "mongodb": 503}[store]


def test_without_postgresql_what_was_learnt_meanwhile_counts(school, fail, let_grow_old):
    course = school.course(school.instructor())
    learner = school.learner(course)
    assert learner.do("GET", f"{course.path}/progress")["completed_lessons"] == 0
    let_grow_old()
    fail("postgres", "refused")

    learner.do("PUT", f"/lessons/{course.text}/progress", opened=True)

    assert learner.do("GET", f"{course.path}/progress")["completed_lessons"] == 1


def test_without_postgresql_learners_go_on_in_the_version_they_kept(school, fail, let_grow_old):
    owner = school.instructor()
    course = school.course(owner)
    learner = school.learner(course)
    kept = learner.do("GET", f"/lessons/{course.video}/playback")["playback_id"]
    school.give_video(owner, course.video)
    owner.do("POST", f"{course.path}/publish", learners="keep")
    learner.do("GET", f"/lessons/{course.video}/playback")
    let_grow_old()
    fail("postgres", "refused")

    assert learner.do("GET", f"/lessons/{course.video}/playback")["playback_id"] == kept
