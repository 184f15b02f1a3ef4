"""Real PDF files, written out as the format's specification (ISO 32000) has them."""

import os

FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"


def make_pdf(pages=3, *, title="Page", filler=0):
    """Return a PDF whose pages are numbered; `filler` incompressible bytes make it large."""
    numbers = range(4, 4 + 2 * pages, 2)
    kids = b" ".join(b"%d 0 R" % number for number in numbers)
    tree = b"<</Type/Pages/Count %d/Kids[%s]>>" % (pages, kids)
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", tree, FONT]
    for index, number in enumerate(numbers, start=1):
        objects += [_page(number + 1), _stream(b"BT /F1 40 Tf 80 700 Td (%s %d) Tj ET" % (title.encode(), index))]
    return _file([*objects, _stream(os.urandom(filler))])


def _page(content):
    resources = b"/Resources<</Font<</F1 3 0 R>>>>"
    return b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]%s/Contents %d 0 R>>" % (resources, content)


def _stream(content):
    return b"<</Length %d>>stream\n%s\nendstream" % (len(content), content)


def _file(objects):
    """Return the objects with the table of their positions."""
    written, positions = b"%PDF-1.7\n", []
    for number, each in enumerate(objects, start=1):
        positions.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % position for position in positions)
    count = len(objects) + 1
    trailer = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (count, len(written))
    return written + b"xref\n0 %d\n0000000000 65535 f \n" % count + table + trailer
