"""A bucket of an S3-compatible store, and the URLs of its objects."""

import re
from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit

ENDPOINT = re.compile(r"https?://[a-z0-9.-]+(:[0-9]{1,5})?")
KEY_ID = re.compile(r"[A-Za-z0-9._-]{3,128}")
REGION = re.compile(r"[a-z0-9-]{1,40}")
# The rules of AWS, which are the strictest: lower-case letters, digits, hyphens and single dots.
BUCKET = re.compile(r"(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")


@dataclass(frozen=True, slots=True)
class Bucket:
    """The address of a bucket, and the key pair that may use it.

    endpoint: the URL of the service, without the bucket. path_style: the bucket is the first segment of the path, instead
    of the first label of the host name.
    """

    endpoint: str
    region: str
    name: str
    access_key_id: str
    secret_access_key: str = field(repr=False)
    path_style: bool = False

    def __post_init__(self) -> None:
        """Check the values.

        Raises:
            ValueError: one cannot be valid; the message starts with the name of its setting after `FILES_S3_`.
        """
        if not ENDPOINT.fullmatch(self.endpoint):
            raise ValueError(
                "ENDPOINT must be like https://s3.eu-central-1.amazonaws.com, without the bucket and a path"
            )
        if not REGION.fullmatch(self.region):
            raise ValueError("REGION must be like eu-central-1, or auto")
        if not BUCKET.fullmatch(self.name):
            raise ValueError("BUCKET must have 3 to 63 lower-case letters, digits, dots and hyphens")
        if "." in self.name and not self.path_style:
            # Certificates are issued for one label below the endpoint's name: TLS would fail.
            raise ValueError("BUCKET must not contain dots, unless FILES_S3_PATH_STYLE is true")
        if not KEY_ID.fullmatch(self.access_key_id):
            raise ValueError("ACCESS_KEY_ID must have 3 to 128 letters, digits, dots, hyphens and underscores")

    @property
    def base_url(self) -> str:
        """The URL of the bucket, without a slash at the end."""
        parts = urlsplit(self.endpoint)
        if self.path_style:
            return f"{parts.scheme}://{parts.netloc}/{self.name}"
        return f"{parts.scheme}://{self.name}.{parts.netloc}"

    def url(self, name: str) -> str:
        """Return the URL of an object, with its name encoded as Signature Version 4 expects it."""
        return f"{self.base_url}/{quote(name, safe='/-._~')}"

    @property
    def is_private(self) -> bool:
        """True if files and URLs cannot be read on the way: they use TLS, or do not leave this machine."""
        parts = urlsplit(self.endpoint)
        return parts.scheme == "https" or parts.hostname in {"127.0.0.1", "localhost"}
