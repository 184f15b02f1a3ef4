"""Prices, orders and payments of courses."""
