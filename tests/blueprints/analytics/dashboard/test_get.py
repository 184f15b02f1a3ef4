import re


def test_the_page_is_public_with_a_strict_content_security_policy(client):
    response = client.get("/dashboard")

    assert (response.status_code, response.mimetype) == (200, "text/html")
    assert "unsafe" not in response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]


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
