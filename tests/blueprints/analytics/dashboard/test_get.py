import re

from learnstream.integrations.s3.bucket import Bucket


def test_the_page_is_public_with_a_strict_content_security_policy(client):
    response = client.get("/dashboard")

    assert (response.status_code, response.mimetype) == (200, "text/html")
    assert "unsafe" not in response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]


def test_downloads_may_come_from_the_bucket_with_the_files(client, app, monkeypatch):
    def connect_src():
        policy = client.get("/dashboard").headers["Content-Security-Policy"]
        return dict(part.split(" ", 1) for part in policy.split("; "))["connect-src"]

    before = connect_src()
    bucket = Bucket("https://s3.example.com", "eu", "files", "an-id", "a secret", path_style=False)
    monkeypatch.setitem(app.config, "FILES_S3", bucket)

    assert (before, connect_src()) == ("'self'", "'self' https://files.s3.example.com")


def test_the_page_loads_nothing_external_or_inline(client):
    page = client.get("/dashboard").text

    assert set(re.findall(r'(?:src|href)="([^"?]+)', page)) >= {"/static/dashboard/dashboard.css"}
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', page)
    assert not re.findall(r"<script(?![^>]*src=)|<style|style=|\son\w+=", page)


def test_all_files_of_the_page_exist(client):
    page = client.get("/dashboard").text

    for address in re.findall(r'(?:src|href)="(/[^"#]+)"', page):
        with client.get(address) as response:
            assert response.status_code == 200, address
