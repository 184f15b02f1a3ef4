"""A page on which the demo school's lessons are watched in a browser, as any client of the API would do it."""
