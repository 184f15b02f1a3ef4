"""The documentation's pages, with their headings, links and names."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("**/*.md")])
FENCE = re.compile(r"^ *```.*?^ *```", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"`([^`\n]+)`")


def name(page):
    return str(page.relative_to(ROOT))


def prose(page):
    """Return a page without its blocks of code."""
    return FENCE.sub("", page.read_text())


def anchors(page):
    """Return the anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def links(page):
    """Return where a page's links lead, other hosts excepted."""
    return [link for link in LINK.findall(prose(page)) if not re.match(r"[a-z]+:", link)]


def named(page, pattern):
    """Return what a page names as code and matches as a whole."""
    return [code for code in CODE.findall(prose(page)) if re.fullmatch(pattern, code)]
