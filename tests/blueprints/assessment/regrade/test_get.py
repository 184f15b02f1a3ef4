"""How far a regrade is."""


def read(client, owner, question, regrade):
    return client.get(f"/questions/{question}/regrades/{regrade['id']}", auth=owner)


def test_it_tells_how_far_it_is(client, owner, question, take, correct_key, carry_out):
    for answer in (True, False, False):
        take(answer)
    requested = carry_out("new_key")

    found = read(client, owner, question, requested).json

    assert (requested["state"], requested["total"], requested["done"]) == ("queued", 3, 0)
    assert (found["state"], found["total"], found["done"], found["changed"]) == ("done", 3, 3, 2)
    assert (found["from_version"], found["to_version"]) == (1, 2)
    assert found["finished_at"] >= found["created_at"]


def test_the_regrade_of_another_question_is_not_found(client, owner, question, other, regrade):
    assert read(client, owner, other, regrade("full_points")).status_code == 404
