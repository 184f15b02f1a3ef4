"""Figures, tables and previews derived from progress records and enrollments."""
