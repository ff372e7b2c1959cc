"""The words of a PDF that Typst set, as a reader's search finds them; no program needed beside Python."""

import re
import zlib

_PLAIN = rb"\\.|[^\\()]"
# Parentheses that balance stand in a string as they are.
_STRING = rb"\((?:" + _PLAIN + rb"|\((?:" + _PLAIN + rb")*\))*\)"
_TOKEN = re.compile(rb"/(\w+) [\d.]+ Tf|" + _STRING + rb"|<([0-9A-F]+)>|\b[BE]T\b", re.DOTALL)
_ESCAPE = re.compile(rb"\\([0-7]{3}|.)", re.DOTALL)
_CONTROL = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def text_of(content: bytes) -> str:
    """Return the pages' text: every text object through its font's /ToUnicode, parted by blanks."""
    objects = {int(each[1]): each[2] for each in re.finditer(rb"(\d+) 0 obj\n(.*?)\nendobj", content, re.DOTALL)}
    words = ""
    for page in objects.values():
        if re.search(rb"/Type/Page\b", page) is None:
            continue
        resources = objects[_reference(page, rb"Resources")]
        fonts = {
            name: _letters(_stream(objects[_reference(objects[int(font)], rb"ToUnicode")]))
            for name, font in re.findall(rb"/(f\d+) (\d+) 0 R", resources)
        }
        words += " " + _words(_stream(objects[_reference(page, rb"Contents")]), fonts)
    return " ".join(words.split())


def _words(drawing: bytes, fonts: dict[bytes, dict[int, str]]) -> str:
    letters: dict[int, str] = {}
    words, within = "", False
    for token in _TOKEN.finditer(drawing):
        if token[1]:
            letters = fonts[token[1]]
        elif token[0] in (b"BT", b"ET"):
            words, within = words + " ", token[0] == b"BT"
        elif within:  # not a name or a picture's alternative text
            glyphs = bytes.fromhex(token[2].decode()) if token[2] else _ESCAPE.sub(_unescaped, token[0][1:-1])
            words += "".join(letters[int.from_bytes(glyphs[at : at + 2])] for at in range(0, len(glyphs), 2))
    return words


def _unescaped(found: re.Match[bytes]) -> bytes:
    escape = found[1]
    return bytes([int(escape, 8)]) if len(escape) == 3 else _CONTROL.get(escape, escape)


def _letters(cmap: bytes) -> dict[int, str]:
    """Return what each glyph of a font reads as."""
    pairs = re.findall(rb"<([0-9A-F]{4})> <([0-9A-F]+)>", cmap)
    return {int(glyph, 16): bytes.fromhex(text.decode()).decode("utf-16-be") for glyph, text in pairs}


def _reference(content: bytes, name: bytes) -> int:
    found = re.search(rb"/" + name + rb" (\d+) 0 R", content)
    assert found, name
    return int(found[1])


def _stream(content: bytes) -> bytes:
    return zlib.decompress(content.partition(b"stream\n")[2].rpartition(b"\nendstream")[0])
