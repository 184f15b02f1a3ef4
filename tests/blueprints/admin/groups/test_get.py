def test_groups_are_listed_by_name(client, admin, group, other_group):
    assert client.get("/admin/groups", auth=admin).json == [other_group, group]


def test_groups_are_found_by_code_and_by_being_archived(client, admin, group, other_group):
    archived = client.patch(f"/admin/groups/{group['id']}", auth=admin, json={"archived": True}).json

    assert client.get("/admin/groups?archived=true", auth=admin).json == [archived]
    assert client.get("/admin/groups?archived=false", auth=admin).json == [other_group]
    assert client.get("/admin/groups?code=7b", auth=admin).json == [archived]
