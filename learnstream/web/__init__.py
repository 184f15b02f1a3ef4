"""HTTP as every request meets it: parsing, bodies, middleware, the OpenAPI document."""
