"""Pages of an example school, clients of the API like any other: one to read and watch lessons, one to upload files."""
