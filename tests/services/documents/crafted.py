"""Files as residents, and people who mean ill, send them: made byte by byte."""

import struct
import zlib
from io import BytesIO

from PIL import Image

GPS_LATITUDE, GPS_LONGITUDE = 2, 4


def jpeg(width: int = 80, height: int = 60, *, orientation: int = 1, comment: bytes = b"") -> bytes:
    """A photo, left half red, right half blue, with EXIF: camera, time, place (GPS), which way is up."""
    image = Image.new("RGB", (width, height), "red")
    image.paste("blue", (width // 2, 0, width, height))
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "Kamera Rahasia"
    exif[0x0132] = "2026:11:24 10:00:00"
    exif.get_ifd(0x8825)[GPS_LATITUDE] = (1.0, 16.0, 12.0)
    exif.get_ifd(0x8825)[GPS_LONGITUDE] = (116.0, 49.0, 48.0)
    written = BytesIO()
    image.save(written, "JPEG", exif=exif, comment=comment, quality=95)
    return written.getvalue()


def png(width: int = 40, height: int = 30) -> bytes:
    written = BytesIO()
    Image.new("RGBA", (width, height), (0, 128, 0, 128)).save(written, "PNG")
    return written.getvalue()


def png_bomb(width: int, height: int) -> bytes:
    """A PNG of some bytes that claims `width` x `height` pixels and would fill memory when decoded."""
    rows = zlib.compressobj(9)
    packed = b"".join(rows.compress(b"\0" * 4096) for _each in range(256)) + rows.flush()
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", packed) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def pdf(extra: bytes = b"", *, trailer: bytes = b"", catalog: bytes = b"") -> bytes:
    """A small sound PDF of one empty page; `extra` objects, more in the trailer or the catalog."""
    body = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
    offsets = []
    for number, entry in enumerate(
        (
            b"<< /Type /Catalog /Pages 2 0 R " + catalog + b">>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
        ),
        start=1,
    ):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, entry)
    body += extra
    table = b"xref\n0 4\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % each for each in offsets)
    start = len(body)
    return body + table + b"trailer\n<< /Size 4 /Root 1 0 R %s>>\nstartxref\n%d\n%%%%EOF\n" % (trailer, start)


def object_stream(content: bytes, name: bytes = b"/ObjStm") -> bytes:
    """A compressed object stream that holds `content`."""
    packed = zlib.compress(content)
    dictionary = b"<< /Type %s /N 1 /First 4 /Filter /FlateDecode /Length %d >>" % (name, len(packed))
    return b"9 0 obj\n" + dictionary + b"\nstream\n" + packed + b"\nendstream\nendobj\n"


def zip_end() -> bytes:
    """What makes a ZIP reader take the whole file for an archive."""
    return b"PK\x05\x06" + b"\0" * 18
