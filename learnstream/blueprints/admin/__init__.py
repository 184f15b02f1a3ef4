"""The administrators' endpoints, under `/admin`."""
