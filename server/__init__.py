"""gunicorn's worker class and its connection handling. Loaded before the application, of which it imports nothing."""
