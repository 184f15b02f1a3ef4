"""Messages to people: mails and their queue. The topmost domain: nothing else depends on it."""
