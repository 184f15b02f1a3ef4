"""A load scenario for Locust: learners who sign in once and then browse, read, enroll and watch.

    python3 -m devstack run                                                   # in another terminal
    .venv/bin/locust -f bench/locustfile.py                                   # then open http://localhost:8089
    .venv/bin/locust -f bench/locustfile.py --headless -u 50 -r 5 -t 1m

Address and accounts are those of the local stack; `--host` and `LOAD_TEST_EMAIL` with `LOAD_TEST_PASSWORD` name others.
Everybody signs in once only, since a login costs what a hundred reads cost; `python3 -m bench --only login` measures
those. Several learners may share an account: each has a session of their own.
"""

import json
import os
import random
from datetime import UTC, datetime
from itertools import cycle
from pathlib import Path
from typing import Any

from locust import HttpUser, between, events, task
from locust.exception import StopUser

STATE = Path(__file__).parents[1] / ".devstack" / "state.json"
HEARTBEAT = 10  # seconds of video that a player reports at a time


def accounts() -> list[dict[str, str]]:
    """Return whom to sign in as: the environment's account, else the demo school's students."""
    if email := os.environ.get("LOAD_TEST_EMAIL"):
        return [{"email": email, "password": os.environ["LOAD_TEST_PASSWORD"]}]
    known = json.loads(STATE.read_text())["accounts"]
    return [{"email": one["email"], "password": one["password"]} for one in known if one["role"] == "student"]


@events.init.add_listener
def prepare(environment: Any, **_: Any) -> None:
    """Find the local stack, unless another address is given."""
    if environment.host is None:
        environment.host = json.loads(STATE.read_text())["url"]
    Learner.turns = cycle(accounts())


class Learner(HttpUser):
    """Somebody who learns, a few seconds between two clicks."""

    wait_time = between(1, 5)
    turns: Any = None

    def on_start(self) -> None:
        """Sign in, once, and take a seat in whatever there is."""
        self._take(self.client.post("/auth/login", json=next(self.turns)))
        courses = self._get("/courses") or []
        self.course_ids = [course["id"] for course in courses]
        if not self.course_ids:
            raise StopUser
        self.seq = 0
        self.enroll()

    @task(3)
    def browse(self) -> None:
        """Look through the catalogue."""
        self._get("/courses")

    @task(3)
    def read_course(self) -> None:
        """Open a course and its outline."""
        course_id = random.choice(self.course_ids)
        self._get(f"/courses/{course_id}", name="/courses/{id}")
        self._get(f"/courses/{course_id}/lessons", name="/courses/{id}/lessons")

    @task(2)
    def look_at_myself(self) -> None:
        """See where I learn, and as whom."""
        self._get("/users/me")
        self._get("/users/me/enrollments")

    @task(1)
    def enroll(self) -> None:
        """Take a seat; mostly there is one already."""
        path = f"/courses/{random.choice(self.course_ids)}/enroll"
        with self.client.post(path, name="/courses/{id}/enroll", catch_response=True) as answer:
            if answer.status_code == 409 and answer.json()["code"] == "already_enrolled":
                answer.success()

    @task(5)
    def watch(self) -> None:
        """Play a video lesson and report some of it."""
        seats = [seat["course_id"] for seat in self._get("/users/me/enrollments", live="true") or []]
        lessons = self._get(f"/courses/{random.choice(seats)}/lessons", name="/courses/{id}/lessons") if seats else None
        playable = [one["id"] for one in lessons or [] if one["video"] and one["video"]["status"] == "ready"]
        if not playable:
            return
        lesson = f"/lessons/{random.choice(playable)}"
        playback = self._get(f"{lesson}/playback", name="/lessons/{id}/playback")
        if playback:
            self._report(lesson, playback)

    def _report(self, lesson: str, playback: dict[str, Any]) -> None:
        """Send a heartbeat, as a player does every ten seconds."""
        start = random.randrange(0, max(1, int(playback["duration"])))
        moment = datetime.now(UTC).isoformat()
        self.seq += 1
        body = {
            "viewing_id": playback["viewing_id"],
            "seq": self.seq,
            "client_time": moment,
            "position": start + HEARTBEAT,
            "played": [{"from": start, "to": start + HEARTBEAT, "at": moment}],
        }
        self.client.put(f"{lesson}/progress", json=body, name="/lessons/{id}/progress")

    def _get(self, path: str, *, name: str | None = None, **query: str) -> Any:
        """Read something; when the access token has ended meanwhile, with the next one."""
        with self.client.get(path, params=query, name=name or path, catch_response=True) as answer:
            if answer.status_code == 401:
                answer.success()
                self._take(self.client.post("/auth/refresh", json={"refresh_token": self.refresh_token}))
                return None
            return answer.json() if answer.ok else None

    def _take(self, answer: Any) -> None:
        """Go on with the tokens of an answer; whoever gets none goes home."""
        if not answer.ok:
            raise StopUser
        pair = answer.json()
        self.refresh_token = pair["refresh_token"]
        self.client.headers["Authorization"] = f"Bearer {pair['access_token']}"
