"""Questions of courses."""
