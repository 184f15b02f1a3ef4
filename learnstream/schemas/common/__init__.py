"""The schema and the fields that all others are made of."""
