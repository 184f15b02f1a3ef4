"""What the emulators of vendors share: a store, a clock, faults on demand, and webhooks."""
