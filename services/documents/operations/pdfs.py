"""PDFs are kept as they are, so what could act on a reader's machine is refused.

This is a gate, not a scanner: it finds active content that is named in the file, hex-escaped names and
compressed object streams included. Downloads are attachments in any case, and are never shown by our own
pages.
"""

import re
import zlib
from collections.abc import Iterator

from services.documents.operations.refusals import file_encrypted, file_not_safe, file_unreadable

_HEADER = re.compile(rb"%PDF-[12]\.\d")
_END = b"%%EOF"
# Long enough not to stand in compressed bytes by chance, so the whole file is searched. A script needs
# `/JavaScript`.
_ACTIVE = re.compile(
    rb"/(?:JavaScript|Launch|EmbeddedFiles?|RichMedia|SubmitForm|ImportData)(?![A-Za-z0-9])|/XFA(?=[\s\[])"
)
_ENCRYPT = re.compile(rb"/Encrypt(?![A-Za-z0-9])")
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_STREAM = re.compile(rb"stream\r?\n")
_LONGEST_DICTIONARY = 2048
_ZIP_END = b"PK\x05\x06"
_ZIP_REACH = 65_557  # how far from the end a ZIP reader looks
_MAX_UNPACKED = 32 * 1024 * 1024


def checked(content: bytes) -> bytes:
    """Return the PDF in `content`, cut after its end mark.

    :raises Problem: 422 `file_unreadable`, `file_encrypted`, or `file_not_safe`.
    """
    end = content.rfind(_END)
    if not _HEADER.match(content) or end < 0 or b"startxref" not in content:
        raise file_unreadable()
    content = content[: end + len(_END)] + b"\n"
    if _ZIP_END in content[-_ZIP_REACH:]:
        raise file_not_safe()
    _refuse_named(content)
    for unpacked in _object_streams(content):
        _refuse_named(unpacked)
    return content


def _refuse_named(part: bytes) -> None:
    """Refuse what names encryption or active content."""
    names = _unescaped(part)
    if _ENCRYPT.search(names):
        raise file_encrypted()
    if _ACTIVE.search(names):
        raise file_not_safe()


def _unescaped(part: bytes) -> bytes:
    """Return `part` with the hex escapes of names (`/J#61vaScript`) resolved."""
    return _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), part)


def _object_streams(content: bytes) -> Iterator[bytes]:
    """Yield each object stream unpacked: the one place where names are compressed.

    :raises Problem: 422 when one does not unpack, or all together are larger than any honest file's.
    """
    left = _MAX_UNPACKED
    for found in _STREAM.finditer(content):
        dictionary = content[
            content.rfind(b"obj", max(0, found.start() - _LONGEST_DICTIONARY), found.start()) : found.start()
        ]
        if b"/ObjStm" not in _unescaped(dictionary):
            continue
        end = content.find(b"endstream", found.end())
        try:
            unpacked = zlib.decompressobj().decompress(content[found.end() : end], left)
        except zlib.error:
            raise file_unreadable() from None
        left -= len(unpacked)
        if left <= 0:
            raise file_not_safe()
        yield unpacked
