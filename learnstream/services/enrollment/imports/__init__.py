"""Importing people from spreadsheets: headings, rows, and the plan of what changes."""
