"""One vendor, one file, behind a Protocol in our own words."""
