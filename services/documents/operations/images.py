"""Pictures are drawn anew: what is kept holds pixels and nothing else.

That drops where and when a photo was taken (EXIF, GPS), comments, previews, and anything hidden behind the
picture.
"""

import struct
import zlib
from io import BytesIO

from PIL import Image, ImageOps

from services.documents.operations.refusals import file_unreadable, image_too_large

# The largest phone cameras store 50 million; a PNG is decoded whole, so it may hold less.
_MAX_PIXELS = {"JPEG": 64_000_000, "PNG": 16_000_000}
# Reads small print on A4 (340 dpi); longer pictures are reduced while decoding, which bounds memory.
_LONGEST_SIDE = 4000
_PLAIN_MODES = {"JPEG": ("RGB", "L"), "PNG": ("1", "L", "LA", "P", "RGB", "RGBA")}
# What Pillow's decoders raise on bytes that are not what they pretend to be.
_BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    OverflowError,
    struct.error,
    zlib.error,
)


def redraw(content: bytes, codec: str) -> bytes:
    """Return the picture in `content` (`codec` is JPEG or PNG), upright and free of everything but pixels.

    :raises Problem: 422 `file_unreadable` or `image_too_large`.
    """
    try:
        with Image.open(BytesIO(content), formats=(codec,)) as image:
            if image.width * image.height > _MAX_PIXELS[codec]:
                raise image_too_large()
            return _plain(image, codec)
    except (Image.DecompressionBombError, MemoryError):
        raise image_too_large() from None
    except _BROKEN:
        raise file_unreadable() from None


def _plain(image: Image.Image, codec: str) -> bytes:
    image.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
    upright = ImageOps.exif_transpose(image)
    if upright.mode not in _PLAIN_MODES[codec]:
        upright = upright.convert("RGBA" if codec == "PNG" and upright.has_transparency_data else "RGB")
    transparency = upright.info.get("transparency")
    upright.info = {} if transparency is None else {"transparency": transparency}
    written = BytesIO()
    options = {"quality": 88} if codec == "JPEG" else {}
    upright.save(written, format=codec, exif=b"", **options)
    return written.getvalue()
