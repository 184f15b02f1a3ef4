"""A learner who takes a quiz over HTTP, whatever happens to the server."""

import re
from datetime import UTC, datetime
from itertools import count

import requests

from tests.e2e.conftest import READY_WITHIN
from tests.waiting import within

ESSAY = "Both are round, and one has rings."


class Learner:
    """A learner's client, which notes what the server has acknowledged, and repeats what it has not."""

    def __init__(self, client, number, user_id):
        self.client, self.number, self.id = client, number, user_id
        self.seq, self.acknowledged, self.repeated = count(1), {}, 0
        self.attempt = self.digest = None

    def start(self, lesson, expect=201):
        self.attempt = self.client.call("POST", f"/lessons/{lesson}/attempts", expect)
        return self.attempt

    @property
    def path(self):
        return f"/attempts/{self.attempt['id']}"

    def save(self, answers, expect=200):
        """Save answers by question id; repeat the request until there is a response."""
        moment = datetime.now(UTC).isoformat()
        sent = [
            {"question_id": each, "answer": answer, "seq": next(self.seq), "client_time": moment}
            for each, answer in answers.items()
        ]
        saved = self._until_answered("PUT", f"{self.path}/answers", expect, answers=sent)
        if expect == 200:
            self.acknowledged |= {each["question_id"]: (each["answer"], each["seq"]) for each in sent}
            self.digest = saved["digest"]
        return saved

    def _until_answered(self, method, path, expect, **body):
        responses = []

        def is_answered():
            try:
                responses.append(self.client.call(method, path, expect, **body))
            except requests.RequestException:  # refused, reset, or cut
                self.repeated += 1
            return responses

        within(READY_WITHIN, is_answered)
        return responses[0]

    def submit(self):
        return self.client.call("POST", f"{self.path}/submit")

    def read(self):
        return self.client.call("GET", self.path)

    def answers(self):
        """Return what this learner answers to the questions of the attempt."""
        return {each["question_id"]: answer(each) for each in self.attempt["questions"]}


def answer(question):
    """Return the true answer to a question."""
    if question["kind"] == "essay":
        return ESSAY
    if question["kind"] == "single_choice":
        return next(each["id"] for each in question["options"] if each["text"] == "Saturn")
    return re.search(r"\d+", question["stem"])[0]


def of_kind(attempt, kind):
    return [each for each in attempt["questions"] if each["kind"] == kind]
