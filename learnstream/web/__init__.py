"""HTTP concerns shared by all routes: parsing, bodies, pagination, middleware and the OpenAPI document."""
