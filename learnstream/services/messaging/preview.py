"""Sample mails as files, to look at while their words or looks are changed."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from learnstream.models.mail import MailTemplate
from learnstream.services.messaging.rendering import render
from learnstream.services.messaging.samples import sample


def write(folder: Path, templates: Iterable[MailTemplate], languages: Iterable[str]) -> Iterator[Path]:
    """Write each mail as HTML and as text, headed by its subject; yield the files."""
    folder.mkdir(parents=True, exist_ok=True)
    languages = [*languages]
    for template in templates:
        for language in languages:
            mail = render(template, language, sample(template))
            for suffix, content in (("html", mail.html), ("txt", f"Subject: {mail.subject}\n\n{mail.text}")):
                file = folder / f"{template}.{language}.{suffix}"
                file.write_text(content)
                yield file
