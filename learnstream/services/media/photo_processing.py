"""The check of photos: they are decoded, and copies are shown instead of what was uploaded."""

from collections.abc import Iterator
from typing import cast

from learnstream.documents.file import FilePurpose, StoredFile
from learnstream.integrations import pictures
from learnstream.integrations.files import FileStore
from learnstream.integrations.isolation import Interrupted
from learnstream.integrations.pictures import REASONS, Converted
from learnstream.integrations.unusable import Unusable
from learnstream.services.media import photos
from learnstream.services.media.file_processing import Checked, processes
from learnstream.web.photo_urls import SIZES

# Half a minute after the first try.
MAX_TRIES = 5


@processes(FilePurpose.PHOTO)
def copy_photo(file: StoredFile, store: FileStore) -> Checked:
    """Store the copies of a photo in all sizes, without metadata. Repeating it writes the same copies again.

    Raises:
        Unusable: it is no picture that can be shown.
        Interrupted: the process that decodes it was ended; trying again may succeed.
        Unreachable, Busy: the file storage fails.
    """
    converted = _convert(b"".join(store.open(cast(str, file["object"]))), file["tries"])
    copies = {photos.object_name(str(file["_id"]), size): copy for size, copy in converted.copies.items()}
    for name, copy in copies.items():
        store.put(name, _whole(copy), content_type=photos.TYPE)
    # The original may say where and when it was taken.
    size = {"width": converted.width, "height": converted.height}
    return Checked(converted.type, **size, derived=tuple(copies), keeps_original=False)


def _convert(data: bytes, tries: int) -> Converted:
    try:
        return pictures.convert(data, SIZES)
    except Interrupted:
        # Killed each time: the picture takes more memory than this machine has, or more time.
        if tries < MAX_TRIES:
            raise
        raise Unusable("too_complex", REASONS["too_complex"]) from None


def _whole(data: bytes) -> Iterator[bytes]:
    yield data
