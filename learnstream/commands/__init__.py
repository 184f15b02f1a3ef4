"""Commands for operators: `flask release`, `flask ensure-indexes`, … Each may be repeated, and run concurrently."""

from flask import Flask

from learnstream.commands import files, money, notices, pages, people, release, reviews, search, upkeep


def init_app(app: Flask) -> None:
    """Register the commands."""
    for command in (
        release.release,
        release.migrate_documents,
        release.ensure_indexes,
        release.create_admin,
        upkeep.reconcile,
        upkeep.roll_up,
        upkeep.create_signing_key,
        upkeep.encrypt_second_factors,
        files.check_files,
        files.move_files,
        money.check_ledger,
        people.import_people,
        people.export_people,
        search.rebuild_search,
        reviews.erase_reviews,
        notices.erase_notices,
        pages.personal_data_page,
        pages.error_codes_page,
        pages.preview_mails,
    ):
        app.cli.add_command(command)
