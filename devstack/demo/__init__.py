"""Demo data: people and courses to try LearnStream with, made through its own API."""
