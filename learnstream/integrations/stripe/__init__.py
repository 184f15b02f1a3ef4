"""Stripe: the adapter for the payment port, and webhook events."""
