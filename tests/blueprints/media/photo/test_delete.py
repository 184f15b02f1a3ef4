from learnstream.services.foundation import outbox
from tests.files import set_photo


def test_a_removed_photo_is_shown_nowhere(client, course, owner):
    set_photo(owner)
    outbox.relay()

    assert client.delete("/users/me/photo", auth=owner).status_code == 204

    outbox.relay()
    assert client.get("/users/me", auth=owner).json["photo"] is None
    assert client.get(f"/courses/{course.id}").json["instructors"][0]["photo"] is None


def test_removing_no_photo_changes_nothing(client, stranger):
    assert client.delete("/users/me/photo", auth=stranger).status_code == 204
