"""Photos that strangers send: read with care, made small, and written anew, so that nothing but the picture is kept."""

from __future__ import annotations

import threading
from collections.abc import Callable
from io import BytesIO
from typing import TypeVar

from PIL import Image, ImageOps

from checklists.errors import SopwatchError
from sopwatch.refusals import because

KINDS = ("JPEG", "PNG", "WEBP")
LARGEST = 12 << 20
_HEIC = frozenset({b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"})
_MOST_PIXELS = 60_000_000
_EDGE, _QUALITY = 1600, 82
Seen = TypeVar("Seen")
_one_at_a_time = threading.Semaphore(1)


class NoPhotoError(SopwatchError):
    """What was sent is no photo that can be kept."""


def cleaned(content: bytes) -> bytes:
    """Return a photo as JPEG, upright, small, without place, time and camera. Raises NoPhotoError."""
    return seen(content, _EDGE, _written)


def seen(content: bytes, edge: int, look: Callable[[Image.Image], Seen]) -> Seen:
    """Return what is seen on a photo, which may be opened at a smaller scale, but not under `edge` pixels.

    Raises NoPhotoError.
    """
    if len(content) > LARGEST:
        raise NoPhotoError(*because("photo_too_large", most=LARGEST >> 20))
    with _one_at_a_time:  # a large one takes 200 MB while it is read
        try:
            with Image.open(BytesIO(content), formats=KINDS) as image:
                _refuse_bombs(image)
                image.draft("RGB", (edge, edge))
                return look(image)
        except NoPhotoError:
            raise
        except Exception as error:  # whatever a crafted file makes the reader raise
            raise NoPhotoError(*because("photo_heic" if _is_heic(content) else "photo_unreadable")) from error


def _is_heic(content: bytes) -> bool:
    """Whether it is a photo as phones of some makers take it (ISO/IEC 23008-12), by the brand at its beginning."""
    return content[4:8] == b"ftyp" and content[8:12] in _HEIC


def _refuse_bombs(image: Image.Image) -> None:
    """Refuse a picture that is small as a file and huge in memory, before it is read."""
    if image.width * image.height > _MOST_PIXELS:
        raise NoPhotoError(*because("photo_too_many_pixels", most=_MOST_PIXELS))


def _written(image: Image.Image) -> bytes:
    upright = ImageOps.exif_transpose(image).convert("RGB")
    upright.thumbnail((_EDGE, _EDGE))
    bare = Image.new("RGB", upright.size)
    bare.paste(upright)
    file = BytesIO()
    bare.save(file, "JPEG", quality=_QUALITY)
    return file.getvalue()
