"""How gunicorn's workers treat connections. They load it before the application, of which nothing is known here."""
