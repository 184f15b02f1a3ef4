"""Importing and exporting questions: GIFT files, and tables with one question a row."""
