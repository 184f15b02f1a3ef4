from learnstream import __version__


def test_health_queries_no_store(client):
    response = client.get("/health")

    assert (response.status_code, response.json) == (200, {"status": "ok"})


def test_ready_reports_every_store(client):
    response = client.get("/ready")

    assert response.status_code == 200
    assert response.json["status"] == "ready"
    assert {name: store["status"] for name, store in response.json["stores"].items()} == {
        "postgres": "up",
        "mongodb": "up",
        "redis": "up",
    }


def test_the_landing_page_links_to_the_documentation(client):
    response = client.get("/")

    assert response.mimetype == "text/html"
    assert 'href="/docs"' in response.text


def test_the_version_is_shown_on_the_page_and_in_the_document(client):
    version = client.get("/openapi.json").json["info"]["version"]

    assert version == __version__
    assert f"Version {version}" in client.get("/").text
