def ids(client, admin, query=""):
    return [group["id"] for group in client.get(f"/admin/groups{query}", auth=admin).json]


def test_groups_are_listed_by_name(client, admin, group, other_group):
    assert ids(client, admin) == [other_group["id"], group["id"]]


def test_a_listed_group_is_shown_without_its_seats(client, admin, group):
    assert client.get("/admin/groups", auth=admin).json == [
        {name: value for name, value in group.items() if name != "seats"}
    ]


def test_groups_are_found_by_code_and_by_being_archived(client, admin, group, other_group):
    client.patch(f"/admin/groups/{group['id']}", auth=admin, json={"archived": True})

    assert ids(client, admin, "?archived=true") == [group["id"]]
    assert ids(client, admin, "?archived=false") == [other_group["id"]]
    assert ids(client, admin, "?code=7b") == [group["id"]]
