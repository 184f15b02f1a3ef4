"""A Locust load scenario: learners who sign in once and then browse, read, enroll and watch.

    python3 -m devstack run                                                   # in another terminal
    .venv/bin/locust -f bench/locustfile.py                                   # then open http://localhost:8089
    .venv/bin/locust -f bench/locustfile.py --headless -u 50 -r 5 -t 1m

Address and accounts default to the local stack's; `--host` and `LOAD_TEST_EMAIL` with `LOAD_TEST_PASSWORD` override.
Each user signs in only once, since a login costs as much as a hundred reads; `python3 -m bench --only login` measures
logins. Several users may share an account: each has its own session.
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

STATE_FILE = Path(__file__).parents[1] / ".devstack" / "state.json"
HEARTBEAT_SECONDS = 10  # of video, that a player reports at a time


def accounts() -> list[dict[str, str]]:
    """Return the accounts to sign in with: the environment's, else the demo school's students."""
    if email := os.environ.get("LOAD_TEST_EMAIL"):
        return [{"email": email, "password": os.environ["LOAD_TEST_PASSWORD"]}]
    stored_accounts = json.loads(STATE_FILE.read_text())["accounts"]
    return [
        {"email": account["email"], "password": account["password"]}
        for account in stored_accounts
        if account["role"] == "student"
    ]


@events.init.add_listener
def prepare(environment: Any, **_: Any) -> None:
    """Default to the local stack's address."""
    if environment.host is None:
        environment.host = json.loads(STATE_FILE.read_text())["url"]
    Learner.account_cycle = cycle(accounts())


class Learner(HttpUser):
    """A learner who pauses for a few seconds between two clicks."""

    wait_time = between(1, 5)
    account_cycle: Any = None

    def on_start(self) -> None:
        """Sign in once, and enroll in a course."""
        self._use_tokens(self.client.post("/auth/login", json=next(self.account_cycle)))
        courses = self._get("/courses") or []
        self.course_ids = [course["id"] for course in courses]
        if not self.course_ids:
            raise StopUser
        self.seq = 0
        self.enroll()

    @task(3)
    def browse(self) -> None:
        """List the catalogue."""
        self._get("/courses")

    @task(3)
    def read_course(self) -> None:
        """Read a course and its outline."""
        course_id = random.choice(self.course_ids)
        self._get(f"/courses/{course_id}", name="/courses/{id}")
        self._get(f"/courses/{course_id}/lessons", name="/courses/{id}/lessons")

    @task(2)
    def read_profile(self) -> None:
        """Read my profile and enrollments."""
        self._get("/users/me")
        self._get("/users/me/enrollments")

    @task(1)
    def enroll(self) -> None:
        """Enroll in a random course; usually the learner is enrolled already."""
        path = f"/courses/{random.choice(self.course_ids)}/enroll"
        with self.client.post(path, name="/courses/{id}/enroll", catch_response=True) as response:
            if response.status_code == 409 and response.json()["code"] == "already_enrolled":
                response.success()

    @task(5)
    def watch(self) -> None:
        """Play a video lesson and report some progress."""
        seats = [seat["course_id"] for seat in self._get("/users/me/enrollments", live="true") or []]
        lessons = self._get(f"/courses/{random.choice(seats)}/lessons", name="/courses/{id}/lessons") if seats else None
        playable = [each["id"] for each in lessons or [] if each["video"] and each["video"]["status"] == "ready"]
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
            "position": start + HEARTBEAT_SECONDS,
            "played": [{"from": start, "to": start + HEARTBEAT_SECONDS, "at": moment}],
        }
        self.client.put(f"{lesson}/progress", json=body, name="/lessons/{id}/progress")

    def _get(self, path: str, *, name: str | None = None, **query: str) -> Any:
        """GET a path; on an expired access token, refresh it and return None."""
        with self.client.get(path, params=query, name=name or path, catch_response=True) as response:
            if response.status_code == 401:
                response.success()
                self._use_tokens(self.client.post("/auth/refresh", json={"refresh_token": self.refresh_token}))
                return None
            return response.json() if response.ok else None

    def _use_tokens(self, response: Any) -> None:
        """Use the tokens of a response; stop the user if it has none."""
        if not response.ok:
            raise StopUser
        pair = response.json()
        self.refresh_token = pair["refresh_token"]
        self.client.headers["Authorization"] = f"Bearer {pair['access_token']}"
