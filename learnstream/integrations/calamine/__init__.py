"""The program that reads spreadsheets, with python-calamine for XLSX. Only an isolated process imports it."""
