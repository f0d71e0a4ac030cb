"""Photos and signatures for a paper: scaled down and wrapped as SVG, the kind of picture that can be given as text."""

from __future__ import annotations

import base64
import warnings
from io import BytesIO

from PIL import Image, ImageChops, ImageOps

PHOTO_SIDE, INK_SIDE = 1000, 700  # pixels
MOST_PIXELS = 80_000_000


def photo(content: bytes | None) -> str | None:
    """Return a photo as SVG, upright; None for what is no picture, or too large a one."""
    image = _opened(content, PHOTO_SIDE)
    return None if image is None else _wrapped(image, "JPEG")


def ink(content: bytes | None) -> str | None:
    """Return a signature as SVG, the empty paper around it cut off; None for what is no picture."""
    image = _opened(content, INK_SIDE)
    if image is None:
        return None
    drawn = ImageChops.invert(image.convert("L")).point(lambda dark: 255 if dark > 40 else 0).getbbox()
    if drawn:
        image = image.crop((drawn[0] - 8, drawn[1] - 8, drawn[2] + 8, drawn[3] + 8)) if _inside(drawn, image) else image
    return _wrapped(image, "PNG")


def _inside(box: tuple[int, int, int, int], image: Image.Image) -> bool:
    return box[0] >= 8 and box[1] >= 8 and box[2] + 8 <= image.width and box[3] + 8 <= image.height


def _opened(content: bytes | None, side: int) -> Image.Image | None:
    if not content:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image: Image.Image = Image.open(BytesIO(content))
            if image.width * image.height > MOST_PIXELS:
                return None
            image.draft("RGB", (side, side))
            image = ImageOps.exif_transpose(image).convert("RGBA")
            image.thumbnail((side, side))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    paper = Image.new("RGBA", image.size, "white")
    paper.alpha_composite(image)
    return paper.convert("RGB")


def _wrapped(image: Image.Image, kind: str) -> str:
    file = BytesIO()
    image.save(file, kind, quality=82, optimize=True)
    data = base64.b64encode(file.getvalue()).decode()
    size = f'width="{image.width}" height="{image.height}"'
    href = f"data:image/{kind.lower()};base64,{data}"
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}><image {size} href="{href}"/></svg>'
