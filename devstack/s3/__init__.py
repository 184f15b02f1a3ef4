"""An S3-compatible server on this machine: localbucket, which keeps objects as plain files, behind checks of its own.

localbucket looks at no signature; real stores do. So every request is checked here first, as AWS documents Signature
Version 4: the signature of a header or of a presigned URL, the time until when it is valid, the headers that it covers,
length and hash of the body. `signatures` has most of the checks. CORS is open to all origins, unlike that of a real bucket.

As a process of the local stack, `python -m devstack.s3`; as a child process of a test run, `S3Server`. Both listen on
127.0.0.1 only.
"""

from devstack.s3.child import S3Server

__all__ = ["S3Server"]
