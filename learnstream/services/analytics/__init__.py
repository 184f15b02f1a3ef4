"""Everything that is derived from progress records and enrollments: figures, tables and previews."""
