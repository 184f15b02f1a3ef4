"""The policy of the example school's pages."""

import pytest

from devstack.school.app import create_app

API, STORAGE = "http://127.0.0.1:8000", "https://files.s3.example.com"


def policy(*urls, path="/upload"):
    with create_app(*urls).test_client().get(path) as response:
        return dict(part.split(" ", 1) for part in response.headers["Content-Security-Policy"].split("; "))


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/quiz",
        "/homework",
        "/grades",
        "/catalogue",
        "/course",
        "/orders",
        "/book",
        "/search",
        "/notifications",
        "/upload",
        "/attempt.js",
        "/money.js",
        "/no-such-file",
    ],
)
def test_pages_run_no_script_but_their_own(path):
    found = policy(API, path=path)

    assert (found["default-src"], found["script-src"], found["style-src"]) == ("'none'", "'self'", "'self'")


@pytest.mark.parametrize(
    ("urls", "origins"), [([API], API), ([API, API], API), ([API, f"{STORAGE}/a-bucket"], f"{API} {STORAGE}")]
)
def test_files_come_from_the_application_and_its_storage_only(urls, origins):
    found = policy(*urls)

    assert found["connect-src"] == f"'self' {origins}"
    assert (found["frame-src"], found["img-src"]) == (origins, f"data: blob: {origins}")
