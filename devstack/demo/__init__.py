"""Demo data: users and courses to try LearnStream with, created through its own API."""
