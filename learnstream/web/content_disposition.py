"""The `Content-Disposition` header of files, by RFC 6266."""

import re
import unicodedata
from urllib.parse import quote

# In the name for old clients: quotes and backslashes end it, percent signs are decoded by some.
UNSAFE = re.compile(r"[^ !#$&'()+,\-.0-9;=@A-Z\[\]^_`a-z{}~]")
# RFC 8187's attr-char, beside letters and digits.
PLAIN = "!#$&+-.^_`|~"


def content_disposition(filename: str, *, inline: bool) -> str:
    """Return the header's value: a name in ASCII and, if it is not the whole one, that in UTF-8.

    inline: let the browser show the file, rather than save it.
    """
    kind = "inline" if inline else "attachment"
    ascii_name = unicodedata.normalize("NFKD", filename).encode("ascii", "ignore").decode()
    plain = UNSAFE.sub("_", ascii_name) or "file"
    encoded = "" if plain == filename else f"; filename*=UTF-8''{quote(filename, safe=PLAIN)}"
    return f'{kind}; filename="{plain}"{encoded}'
