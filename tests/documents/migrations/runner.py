"""Running one migration again, whatever has been run before."""

from learnstream.documents import DocumentMigration
from learnstream.services.foundation import document_migrations


def run_migration(name):
    """Run a migration, even if it has been run before; return the number of documents it changed."""
    DocumentMigration.collection().delete_one({"_id": name})
    return next(result.changed for result in document_migrations.migrate() if result.name == name)
