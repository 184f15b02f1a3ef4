"""Mails in a real browser: readable on phones and large screens, in light and dark, without loading anything."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from learnstream.services.messaging.facts import FACTS
from learnstream.services.messaging.rendering import render
from learnstream.services.messaging.samples import sample

# Low, so that the pictures end with the mails.
LARGE, SMALL = {"width": 700, "height": 300}, {"width": 390, "height": 300}
GROUNDS = {"light": "rgb(245, 246, 248)", "dark": "rgb(15, 20, 27)"}
# What may not fit: one word of the greatest length, and a long link.
LONG = {"name": "x" * 60, "inviter": "W" * 60, "device": "x" * 100, "courses": ["x" * 100], "message": "x" * 500}
LONG_LINK = "https://learn.example.com/a?token=" + "x" * 600


@pytest.fixture
def show(page, size, scheme):
    def show(html):
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme)
        page.set_content(html)

    return show


@pytest.mark.parametrize(
    ("size", "scheme", "language"),
    [
        pytest.param(LARGE, "light", "en", id="large-light"),
        pytest.param(SMALL, "dark", "pt-BR", id="small-dark"),
        pytest.param(LARGE, "dark", "pt-BR", id="large-dark", marks=pytest.mark.thorough),
        pytest.param(SMALL, "light", "en", id="small-light", marks=pytest.mark.thorough),
    ],
)
def test_every_mail_can_be_read(page, show, screenshots, size, scheme, language):
    for template in FACTS:
        show(render(template, language, sample(template)).html)
        page.screenshot(path=screenshots / f"mail-{template}-{size['width']}-{scheme}.png", full_page=True)

        assert [each["id"] for each in Axe().run(page).response["violations"]] == [], template
        assert page.evaluate("document.documentElement.scrollWidth") == size["width"]
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == GROUNDS[scheme]

        show(render(template, language, fill(sample(template))).html)
        assert page.evaluate("document.documentElement.scrollWidth") == size["width"], template

    assert page.hosts == set()
    assert page.complaints == []


def fill(facts):
    return facts | {fact: value for fact, value in {**LONG, "link": LONG_LINK}.items() if fact in facts}
