"""Books from spreadsheets, and back; and imports undone."""
