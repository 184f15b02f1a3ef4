def test_a_deleted_group_is_gone_and_its_members_are_not(client, admin, change, group, stranger):
    change(group, user_ids=[stranger.id])

    assert client.delete(f"/admin/groups/{group['id']}", auth=admin).status_code == 204

    assert client.get(f"/admin/groups/{group['id']}", auth=admin).status_code == 404
    assert client.get(f"/admin/groups/{group['id']}/members", auth=admin).status_code == 404
    assert client.get("/users/me/groups", auth=stranger).json == []


def test_its_code_is_free_again(client, admin, group):
    client.delete(f"/admin/groups/{group['id']}", auth=admin)

    again = client.post("/admin/groups", auth=admin, json={"name": "Class 7b", "code": "7B"})

    assert again.status_code == 201
    assert again.json["id"] != group["id"]
