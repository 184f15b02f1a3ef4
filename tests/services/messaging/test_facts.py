"""Facts that do not fit a template are errors."""

import pytest
from jinja2 import UndefinedError

from learnstream.services.messaging.facts import FACTS, WrongFacts
from learnstream.services.messaging.rendering import render
from learnstream.services.messaging.samples import sample
from tests.services.messaging.rendered import every_template


@every_template
def test_a_missing_or_unknown_fact_is_an_error(template):
    facts = sample(template)
    for fact in facts:
        with pytest.raises(WrongFacts, match=fact):
            render(template, "en", {key: value for key, value in facts.items() if key != fact})
    with pytest.raises(WrongFacts, match="nickname"):
        render(template, "en", facts | {"nickname": "Sam"})


@pytest.mark.parametrize(
    ("template", "fact", "value"),
    [
        *(
            ("verify_email", "link", link)
            for link in (
                None,
                "",
                "javascript:alert(1)",
                "//learn.example.com",
                "https://",
                "https:///path",
                "https://learn.example.com/a b",
                'https://learn.example.com/"onclick=',
                "https://learn.example.com/\r\nx",
                "https://learn.example.com/é",
                "https://learn.example.com/" + "x" * 2048,
            )
        ),
        *(("verify_email", "expires_in_hours", hours) for hours in (None, 0, -1, 1.5, "24", True)),
        *(("password_changed", "at", at) for at in (None, "", "yesterday", "2026-03-09T18:30:40", 5)),
        *(("invitation", "expires_on", day) for day in (None, "", "soon", "2026-02-30", 5)),
        *(("invitation", "courses", titles) for titles in (None, "Astronomy", [5], 5)),
        ("invitation", "role", "owner"),
        ("invitation", "message", ["Hello"]),
        ("second_factor_changed", "change", "lost"),
        ("verify_email", "name", 5),
        *(("notification", "kind", kind) for kind in (None, "", "gossip")),
        *(("notification", "notices", notices) for notices in (None, "Graded", [], [5])),
        *(("digest", "sections", sections) for sections in (None, [], ["Graded"], [{"title": "Stars"}])),
        *(("digest", "count", count) for count in (None, 0, "3")),
        *(("notification", "unsubscribe", link) for link in (None, "", "javascript:alert(1)")),
    ],
)
def test_an_invalid_fact_is_named_without_its_value(template, fact, value):
    with pytest.raises(WrongFacts) as raised:
        render(template, "en", sample(template) | {fact: value})

    assert str(raised.value) == f"{template}: invalid: {fact}"


@pytest.mark.parametrize(
    ("template", "fact"), [(template, fact) for template in FACTS for fact in sorted(FACTS[template])]
)
def test_a_template_cannot_be_rendered_without_a_declared_fact(template, fact, monkeypatch):
    monkeypatch.setitem(FACTS, template, FACTS[template] - {fact})
    facts = {each: value for each, value in sample(template).items() if each != fact}

    with pytest.raises(UndefinedError, match=fact):
        render(template, "en", facts)
