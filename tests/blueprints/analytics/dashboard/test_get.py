import re


def test_the_page_is_for_everybody_and_strict(client):
    answer = client.get("/dashboard")

    assert (answer.status_code, answer.mimetype) == (200, "text/html")
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_nothing_of_it_comes_from_elsewhere_or_stands_inline(client):
    page = client.get("/dashboard").text

    assert set(re.findall(r'(?:src|href)="([^"]+)"', page)) >= {"/static/dashboard/dashboard.css"}
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', page)
    assert not re.findall(r"<script(?![^>]*src=)|<style|style=|\son\w+=", page)


def test_everything_it_asks_for_is_there(client):
    page = client.get("/dashboard").text

    for address in re.findall(r'(?:src|href)="(/[^"#]+)"', page):
        with client.get(address) as answer:
            assert answer.status_code == 200, address
