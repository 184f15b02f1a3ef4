"""Quizzes that are taken while stores fail: what a learner has begun goes on, and nothing is lost."""

from dataclasses import dataclass

import pytest

from learnstream.clock import now
from tests.faults.seeder import Person

BOTH_WAYS = pytest.mark.parametrize("how", ["frozen", pytest.param("refused", marks=pytest.mark.thorough)])
CODE = "mercury"


@dataclass
class Examination:
    """A quiz with a time limit and an access code; the course's next lesson opens with passing it."""

    quiz: str
    following: str
    learner: Person

    def start(self):
        return self.learner.request_json("POST", f"/lessons/{self.quiz}/attempts", access_code=CODE)

    def save(self, attempt, seq, answer):
        sent = {"seq": seq, "answer": answer, "client_time": now().isoformat()}
        sent["question_id"] = attempt["questions"][0]["question_id"]
        return self.learner.request_json("PUT", f"/attempts/{attempt['id']}/answers", answers=[sent])

    def submit(self, attempt):
        return self.learner.request_json("POST", f"/attempts/{attempt['id']}/submit")

    def read(self, attempt):
        return self.learner.request_json("GET", f"/attempts/{attempt['id']}")

    def is_following_open(self):
        return self.learner.request("GET", f"/lessons/{self.following}").status_code == 200


@pytest.fixture
def examination(seeder):
    owner = seeder.instructor()
    course_id, quiz = seeder.examination(owner, time_limit=600, access_code=CODE)
    following = seeder.lesson(owner, course_id, kind="text", body="# Well done")
    condition = {"lesson_id": following, "prerequisites": [quiz]}
    module = {"title": "All", "lesson_ids": [quiz, following], "conditions": [condition]}
    owner.request_json("PUT", f"/courses/{course_id}/outline", modules=[module])
    owner.request_json("POST", f"/courses/{course_id}/publish")
    learner = seeder.learner_of(course_id)
    seeder.admin.request_json("PUT", f"/admin/users/{learner.id}/accommodations", time_factor=2)
    assert learner.request("GET", f"/lessons/{following}").status_code == 403
    return Examination(quiz, following, learner)


@BOTH_WAYS
def test_without_postgresql_a_quiz_is_taken_from_start_to_end(examination, fail, expire_cached_entries, how):
    expire_cached_entries()
    fail("postgres", how)

    attempt = examination.start()
    examination.save(attempt, 1, True)
    again = examination.start()
    ended = examination.submit(attempt)

    assert 1190 <= attempt["time_left"] <= 1200
    assert (again["id"], again["questions"][0]["answer"]) == (attempt["id"], True)
    assert (ended["score"], ended["passed"]) == (1, True)
    assert examination.is_following_open()


@BOTH_WAYS
def test_an_attempt_in_progress_goes_on_without_redis(examination, fail, cache, how):
    attempt = examination.start()
    examination.save(attempt, 1, False)
    cache.flushall()
    examination.save(attempt, 2, True)
    fail("redis", how)

    examination.save(attempt, 1, False)
    ended = examination.submit(attempt)

    assert (ended["score"], ended["questions"][0]["answer"]) == (1, True)
    assert examination.is_following_open()


def test_an_answer_that_mongodb_did_not_acknowledge_is_sent_again(examination, fail, heal):
    attempt = examination.start()
    examination.save(attempt, 1, False)
    fail("mongodb", "frozen")
    sent = {"question_id": attempt["questions"][0]["question_id"], "answer": True, "seq": 2}
    body = {"answers": [sent | {"client_time": now().isoformat()}]}

    rejected = examination.learner.request("PUT", f"/attempts/{attempt['id']}/answers", json=body)
    heal("mongodb")
    saved = examination.learner.request("PUT", f"/attempts/{attempt['id']}/answers", json=body)

    assert (rejected.status_code, rejected.headers.get("Retry-After") is not None) == (503, True)
    assert saved.json()["kept"] == [{"question_id": sent["question_id"], "seq": 2}]
    assert examination.submit(attempt)["score"] == 1
