"""The `Content-Disposition` header of files, by RFC 6266."""

import unicodedata
from urllib.parse import quote

# Characters of a quoted string that old clients misread.
AWKWARD = str.maketrans(dict.fromkeys('"\\%/;', "_"))


def content_disposition(filename: str, *, inline: bool = False) -> str:
    """Return the header's value: how to show a file, and the name to save it under.

    `filename*` has the name in UTF-8; `filename` is for clients that do not know it: ASCII, without accents.
    """
    kind = "inline" if inline else "attachment"
    simple = unicodedata.normalize("NFKD", filename).encode("ascii", "ignore").decode().translate(AWKWARD)
    plain = "".join(filter(str.isprintable, simple)).strip()
    if plain.rpartition(".")[0] == "" and plain != filename:
        plain = f"file{plain}"  # nothing but the extension is left of it
    if plain == filename:
        return f'{kind}; filename="{plain}"'
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe='!#$&+-.^_`|~')}"
