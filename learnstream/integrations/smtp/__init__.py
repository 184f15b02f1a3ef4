"""SMTP: mail through any provider's submission server."""
