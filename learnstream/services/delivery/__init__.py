"""Published content as everybody and learners are shown it."""
