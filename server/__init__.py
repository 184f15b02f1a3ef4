"""gunicorn's worker class and its connection handling. Loaded before the application, so no module
imports it at the top level."""
