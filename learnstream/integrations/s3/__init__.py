"""Files in an S3-compatible store: clients send and fetch the bytes there, at presigned URLs."""
