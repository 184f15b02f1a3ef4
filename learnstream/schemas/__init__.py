"""Schemas of requests and responses. Schemas never access a store."""
