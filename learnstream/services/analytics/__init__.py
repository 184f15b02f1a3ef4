"""What is derived from records and seats: figures, tables and previews."""
