from learnstream import __version__


def test_health_asks_no_store(client):
    answer = client.get("/health")

    assert (answer.status_code, answer.json) == (200, {"status": "ok"})


def test_ready_names_every_store(client):
    answer = client.get("/ready")

    assert answer.status_code == 200
    assert answer.json["status"] == "ready"
    assert {name: store["status"] for name, store in answer.json["stores"].items()} == {
        "postgres": "up",
        "mongodb": "up",
        "redis": "up",
    }


def test_the_landing_page_leads_to_the_documentation(client):
    answer = client.get("/")

    assert answer.mimetype == "text/html"
    assert 'href="/docs"' in answer.text


def test_the_version_is_told_to_people_and_programs(client):
    version = client.get("/openapi.json").json["info"]["version"]

    assert version == __version__
    assert f"Version {version}" in client.get("/").text
