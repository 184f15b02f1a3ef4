"""How an application reaches the local bucket."""

from learnstream.integrations.s3.bucket import Bucket

BUCKET = "learnstream"
REGION = "us-east-1"
ACCESS_KEY_ID = "local"
# Where the process finds the secret: command lines are readable by all users of the machine.
SECRET_VARIABLE = "FILES_S3_SECRET_ACCESS_KEY"  # noqa: S105 - the name of a variable


def environment(url: str, secret: str) -> dict[str, str]:
    """Return the variables with which an application keeps its files in the bucket at this server."""
    return {
        "FILES_S3_ENDPOINT": url,
        "FILES_S3_REGION": REGION,
        "FILES_S3_BUCKET": BUCKET,
        "FILES_S3_ACCESS_KEY_ID": ACCESS_KEY_ID,
        SECRET_VARIABLE: secret,
        "FILES_S3_PATH_STYLE": "true",
    }


def bucket(url: str, secret: str) -> Bucket:
    """Return the bucket at this server."""
    return Bucket(url, REGION, BUCKET, ACCESS_KEY_ID, secret, path_style=True)
