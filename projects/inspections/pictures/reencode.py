"""Run as a program of its own: a photo on standard input, a clean JPEG on standard output.

Decoders are where a hostile picture strikes; here it meets a process without Django, secrets or database, with little
memory and time. Exit status: see the constants. Nothing of the original but its pixels survives (no EXIF, no
position, no profile).
"""

import io
import resource
import sys

from PIL import Image, ImageOps, UnidentifiedImageError

UNREADABLE, WRONG_KIND, TOO_MANY_PIXELS = 3, 4, 5
KINDS = ("JPEG", "PNG", "WEBP")
MAX_PIXELS = 120_000_000
LONGEST_SIDE = 2000
MEMORY = 1024 * 1024 * 1024
CPU_SECONDS = 15


def clean_jpeg(data: bytes) -> bytes:
    """The picture upright, at most 2000 pixels long, as JPEG. Raises SystemExit with one of the statuses."""
    Image.MAX_IMAGE_PIXELS = None  # our own limit is asked below, before any pixel is decoded
    try:
        with Image.open(io.BytesIO(data), formats=KINDS) as image:
            if image.width * image.height > MAX_PIXELS:
                raise SystemExit(TOO_MANY_PIXELS)
            # A JPEG is decoded at a fraction of its size straight away: a 100-megapixel photo fits into the memory
            # allowed.
            image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            image.load()
            upright = ImageOps.exif_transpose(image)
            upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            flat = _on_white(upright)
    except UnidentifiedImageError:
        raise SystemExit(WRONG_KIND) from None
    except MemoryError:
        raise SystemExit(TOO_MANY_PIXELS) from None
    except (OSError, ValueError, SyntaxError, EOFError):
        raise SystemExit(UNREADABLE) from None
    out = io.BytesIO()
    flat.save(out, "JPEG", quality=85, optimize=True)
    return out.getvalue()


def _on_white(image: Image.Image) -> Image.Image:
    """RGB; what is transparent becomes white. The new image carries none of the old one's metadata."""
    if image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info:
        image = image.convert("RGBA")
        white = Image.new("RGB", image.size, "white")
        white.paste(image, mask=image.getchannel("A"))
        return white
    plain = Image.new("RGB", image.size)
    plain.paste(image.convert("RGB"))
    return plain


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    sys.stdout.buffer.write(clean_jpeg(sys.stdin.buffer.read()))


if __name__ == "__main__":
    main()
