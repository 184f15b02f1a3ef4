"""Pages of the documentation, and samples of mails."""

from pathlib import Path

import click

from learnstream.errors import codes
from learnstream.models.mail import MailTemplate
from learnstream.services.foundation import personal_data
from learnstream.services.messaging import preview
from learnstream.text.translation import LANGUAGES


@click.command("personal-data")
def personal_data_page() -> None:
    """Print the map of personal data as Markdown; docs/privacy.md is its output."""
    click.echo("\n".join(personal_data.page()))


@click.command("error-codes")
def error_codes_page() -> None:
    """Print all error codes as Markdown; docs/errors.md is its output."""
    click.echo("\n".join(codes.page()))


@click.command("mail-preview")
@click.argument(
    "template", required=False, metavar="[TEMPLATE]", type=click.Choice([each.value for each in MailTemplate])
)
@click.option("--language", type=click.Choice(list(LANGUAGES)), help="Default: all languages.")
@click.option(
    "--output", type=click.Path(file_okay=False, path_type=Path), default="artifacts/mails", show_default=True
)
def preview_mails(template: str | None, language: str | None, output: Path) -> None:
    """Write sample mails as HTML and text, all or those of one template, and print the files."""
    templates = [MailTemplate(template)] if template else [*MailTemplate]
    languages = [language] if language else [*LANGUAGES]
    for file in preview.write(output, templates, languages):
        click.echo(file)
