"""The base schema and the shared fields."""
