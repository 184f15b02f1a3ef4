"""A page to watch the demo school's lessons in a browser, as any client of the API would."""
