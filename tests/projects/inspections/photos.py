"""Pictures made for the tests."""

import io

from PIL import Image

ORIENTATION, GPS = 0x0112, 0x8825


def picture(kind="JPEG", size=(60, 40), mode="RGB", colour="red", exif=None) -> bytes:
    image = Image.new(mode, size, colour)
    out = io.BytesIO()
    image.save(out, kind, **({"exif": exif} if exif else {}))
    return out.getvalue()


def phone_photo(size=(60, 40)) -> bytes:
    """Lying on its side, with the place where it was taken."""
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    exif[GPS] = {1: "N", 2: (34.0, 25.0, 0.0), 3: "E", 4: (112.0, 26.0, 0.0)}
    return picture(size=size, exif=exif)


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))
