"""Helpers that take quizzes as learners do."""

from itertools import count

from learnstream.clock import now

_seq = count(1)


def start(client, person, lesson, status=201, **body):
    """Start an attempt, or continue it; return it as the learner sees it."""
    response = client.post(f"/lessons/{lesson.id}/attempts", json=body, auth=person)
    assert response.status_code == status, response.json
    return response.json


def given(question_id, answer, seq=None, client_time=None, **more):
    """Return an answer as it is sent."""
    moment = client_time or now().isoformat()
    return {
        "question_id": question_id,
        "answer": answer,
        "seq": next(_seq) if seq is None else seq,
        "client_time": moment,
        **more,
    }


def save(client, person, attempt, *answers, status=200):
    """Save answers; return the response's body."""
    response = client.put(f"/attempts/{attempt['id']}/answers", json={"answers": answers}, auth=person)
    assert response.status_code == status, response.json
    return response.json


def submit(client, person, attempt):
    """Submit an attempt; return it."""
    response = client.post(f"/attempts/{attempt['id']}/submit", auth=person)
    assert response.status_code == 200, response.json
    return response.json


def read(client, person, attempt, status=200):
    """Return an attempt as it is now."""
    response = client.get(f"/attempts/{attempt['id']}", auth=person)
    assert response.status_code == status, response.json
    return response.json


def answer_of(attempt, number=0):
    """Return what is stored for a question, by its place."""
    return attempt["questions"][number]["answer"]
