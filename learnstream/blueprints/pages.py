"""Pages of lists, in the words of services."""

from typing import Any

from flask_smorest.pagination import PaginationParameters


def bounds(page: PaginationParameters) -> dict[str, Any]:
    """Return `first`, how many come before the page, and `size`, how many stand on it at most."""
    return {"first": page.first_item, "size": page.page_size}
