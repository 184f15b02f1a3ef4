"""Routes of messages: how people want to be told."""
