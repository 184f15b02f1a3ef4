"""Routes of messages: what people are told, and how they want to be."""
