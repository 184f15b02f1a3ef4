"""Spreadsheets for tests: real ones of other programs, and hostile ones that tests make."""

import io
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

PEOPLE = Path(__file__).parent / "data" / "people"
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
SHEET = "xl/worksheets/sheet1.xml"
PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook {MAIN} xmlns:r="{OFFICE}"><sheets><sheet name="People" sheetId="1" r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
}


def people(name):
    """Return the bytes of a spreadsheet that another program has made."""
    return (PEOPLE / name).read_bytes()


def xlsx(rows="", parts=()):
    """Return an XLSX file whose sheet has these `row` elements; `parts` replaces or adds parts by their name."""
    sheet = f"<worksheet {MAIN}><sheetData>{rows}</sheetData></worksheet>"
    return zipped({**PARTS, SHEET: sheet, **dict(parts)})


def zipped(parts, compression=zipfile.ZIP_DEFLATED):
    """Return an archive of these parts by their names."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", compression) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return written.getvalue()


def row(number, *texts):
    """Return a `row` element of texts."""
    cells = "".join(f'<c t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>' for text in texts)
    return f'<row r="{number}">{cells}</row>'


def damaged(data, part, at):
    """Return an archive in which four bytes of a compressed part are others, from this place of it on."""
    begin = data.index(part.encode()) + len(part) + at
    return data[:begin] + b"\xff\xff\xff\xff" + data[begin + 4 :]


def understate(data, part, size):
    """Return an archive whose directory says that a part has this size once unpacked."""
    place = data.rindex(part.encode()) - 46  # the part's entry in the directory of the archive
    assert data[place : place + 4] == b"PK\x01\x02"
    return data[: place + 24] + size.to_bytes(4, "little") + data[place + 28 :]
