import struct
import zlib

import pytest

from projects.inspections.pictures import intake
from projects.inspections.pictures.intake import PhotoRefusedError, take_in, take_in_all
from tests.projects.inspections.photos import GPS, opened, phone_photo, picture


def png_that_claims(width: int, height: int) -> bytes:
    """A few hundred bytes that would unpack to a picture of this size."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


def test_a_phones_photo_comes_out_upright_and_without_its_place():
    raw = phone_photo((60, 40))
    assert opened(raw).getexif().get_ifd(GPS)
    clean = opened(take_in(raw, "现场.jpg").data)
    assert (clean.format, clean.size, dict(clean.getexif())) == ("JPEG", (40, 60), {})


def test_photos_of_one_form_share_one_span_of_time_and_the_rest_is_named():
    moments = iter([0, 1, intake.ALL_SECONDS - 0.5, intake.ALL_SECONDS])
    files = [(picture(), f"{number}.jpg") for number in range(3)]
    photos, refusals = take_in_all(files, lambda: next(moments))
    assert len(photos) == 1
    assert refusals == ["照片太大或服务器正忙，“1.jpg”、“2.jpg”来不及处理，请先去掉，保存以后再补传。"]


def test_a_large_photo_is_made_smaller_and_a_small_one_stays():
    assert max(opened(take_in(picture(size=(4000, 3000)), "大.jpg").data).size) == 2000
    assert opened(take_in(picture(size=(60, 40)), "小.jpg").data).size == (60, 40)


@pytest.mark.parametrize(
    ("kind", "mode"), [("PNG", "RGBA"), ("PNG", "P"), ("PNG", "L"), ("WEBP", "RGB"), ("JPEG", "CMYK")]
)
def test_what_browsers_send_becomes_a_plain_jpeg(kind, mode):
    clean = opened(take_in(picture(kind, mode=mode, colour=0), "照片").data)
    assert (clean.format, clean.mode) == ("JPEG", "RGB")


def test_transparent_becomes_white_not_black():
    clean = opened(take_in(picture("PNG", mode="RGBA", colour=(0, 0, 0, 0)), "图.png").data)
    assert clean.getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hello",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"%PDF-1.7",
        b"MZ" + b"\0" * 100,
        picture("GIF"),
        picture("TIFF"),
    ],
)
def test_what_is_no_photo_is_refused_in_words(data):
    with pytest.raises(PhotoRefusedError, match=r"“坏\.jpg”：不是可以读取的照片.*兼容性最佳"):
        take_in(data, "坏.jpg")


def test_a_cut_off_photo_is_refused():
    with pytest.raises(PhotoRefusedError, match="已损坏"):
        take_in(picture(size=(900, 900))[:900], "半张.jpg")


def test_a_bomb_is_refused_before_it_is_unpacked():
    with pytest.raises(PhotoRefusedError, match="像素太多"):
        take_in(png_that_claims(50_000, 50_000), "炸弹.png")


def test_a_polyglot_leaves_nothing_of_its_second_self():
    raw = picture() + b"<script>alert(1)</script>"
    assert b"script" not in take_in(raw, "双面.jpg").data


def test_a_file_over_the_limit_never_reaches_the_decoder(monkeypatch):
    monkeypatch.setattr(intake, "MAX_BYTES", 100)
    monkeypatch.setattr(intake.subprocess, "run", None)
    with pytest.raises(PhotoRefusedError, match="超过"):
        take_in(b"x" * 101, "大.jpg")


def test_a_decoder_that_hangs_is_ended():
    with pytest.raises(PhotoRefusedError, match="还没有处理完"):
        take_in(picture(), "慢.jpg", seconds=0.001)


def test_the_same_pixels_have_the_same_hash():
    assert take_in(picture(), "甲").sha256 == take_in(picture(), "乙").sha256
