"""Rendered mails, as tests read them."""

from html.parser import HTMLParser

import pytest

from learnstream.services.messaging.facts import FACTS
from learnstream.text.translation import LANGUAGES

VOID = {"meta", "br", "link", "img"}
every_template = pytest.mark.parametrize("template", FACTS)
every_language = pytest.mark.parametrize("language", LANGUAGES)


class Page(HTMLParser):
    """An HTML mail: its elements, its links, and what a reader sees of it."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.links, self.texts, self.styles, self.open = [], [], [], {}, []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        values = dict(attributes)
        self.links += [values["href"]] if "href" in values else []
        self.styles.setdefault(tag, values.get("style"))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if data.strip() and self.open[-1] != "style":
            self.texts.append(" ".join(data.split()))
