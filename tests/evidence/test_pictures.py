"""Pictures: read, refused, or broken; never a crash, never more memory than the bounds allow."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import pytest

from domain.picture import PictureState

images = pytest.importorskip("PIL.Image", reason="optional group ocr")
draws = pytest.importorskip("PIL.ImageDraw")
segno = pytest.importorskip("segno")

from evidence import pictures  # noqa: E402
from evidence.pictures import PictureReader  # noqa: E402
from tests.detectors.licensing.builders import CODE  # noqa: E402


@pytest.fixture(scope="module")
def reader() -> PictureReader:
    return PictureReader()


def saved(image: object, kind: str = "PNG", **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)  # type: ignore[attr-defined]
    return buffer.getvalue()


def a_print(text: str = CODE, size: tuple[int, int] = (480, 300)) -> object:
    image = images.new("RGB", size, "white")
    draws.Draw(image).text((20, 60), text, fill="black", font_size=40)
    return image


def a_png_header(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return (
        b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\x00" * 100_000)) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        ("PNG", "RGB"),
        ("JPEG", "RGB"),
        ("JPEG", "CMYK"),
        ("JPEG", "L"),
        ("WEBP", "RGB"),
        ("BMP", "RGB"),
        ("GIF", "P"),
        ("PNG", "RGBA"),
        ("PNG", "P"),
        ("TIFF", "CMYK"),
        ("PNG", "1"),
        ("PNG", "I;16"),
    ],
)
def test_every_bitmap_format_becomes_plain_colour(kind: str, mode: str):
    image = a_print()
    made = image.convert("L" if mode == "I;16" else mode)  # type: ignore[attr-defined]
    if mode == "I;16":
        made = made.convert("I").point(lambda value: value * 257).convert("I;16")
    opened = pictures.decoded(saved(made, kind))
    assert not isinstance(opened, tuple)
    assert (opened.image.mode, opened.image.size) == ("RGB", (480, 300))
    dark = sum(opened.image.convert("L").histogram()[:100])
    assert 0 < dark < 480 * 300 / 2


def test_a_transparent_ground_is_white():
    image = images.new("RGBA", (480, 300), (0, 0, 0, 0))
    draws.Draw(image).text((20, 60), CODE, fill=(0, 0, 0, 255), font_size=40)
    opened = pictures.decoded(saved(image))
    assert not isinstance(opened, tuple)
    assert opened.image.getpixel((470, 290)) == (255, 255, 255)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_large_picture_is_made_smaller_and_keeps_its_measures(kind: str):
    opened = pictures.decoded(saved(images.new("RGB", (5400, 3600), "white"), kind))
    assert not isinstance(opened, tuple)
    assert max(opened.image.size) == pictures.MOST_SIDE
    assert (opened.width, opened.height) == (5400, 3600)


def test_a_turned_photograph_has_the_measures_of_the_upright_one():
    turned = images.Exif()
    turned[0x0112] = 6
    opened = pictures.decoded(saved(images.new("RGB", (3000, 2000)), "JPEG", exif=turned.tobytes()))
    assert not isinstance(opened, tuple)
    assert (opened.width, opened.height) == (2000, 3000)
    assert opened.image.size == (1600, 2400)


def test_a_mark_in_a_large_picture_stands_where_it_was_read():
    large = saved(images.new("RGB", (4800, 3200), "white"))
    marked = images.open(io.BytesIO(pictures.redrawn(large, box=(2400, 1600, 4000, 2000))))
    share = marked.width / 4800
    red, green, _ = marked.getpixel((round(2400 * share) + 1, round(1800 * share)))
    assert red > green + 60
    assert marked.getpixel((10, 10)) == (255, 255, 255)


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "mode"), [("JPEG", "CMYK"), ("PNG", "P")])
def test_print_is_read(reader: PictureReader, kind: str, mode: str):
    reading = reader.read(saved(a_print().convert(mode), kind))  # type: ignore[attr-defined]
    assert reading.state is PictureState.READ
    assert CODE in "".join(line.text for line in reading.lines).replace(" ", "")


@pytest.mark.slow
def test_a_qr_code_is_read_first_and_tells_which_way_is_up(reader: PictureReader):
    buffer = io.BytesIO()
    segno.make(f"http://www.gsxt.gov.cn/index.html?uniscid={CODE}", error="m").save(
        buffer, kind="png", scale=5
    )
    sheet = a_print(size=(700, 500))
    sheet.paste(images.open(buffer).convert("RGB"), (420, 220))  # type: ignore[attr-defined]
    for turn in (90, 180):
        reading = reader.read(saved(sheet.rotate(turn, expand=True)))  # type: ignore[attr-defined]
        assert reading.codes == (f"http://www.gsxt.gov.cn/index.html?uniscid={CODE}",)
        assert CODE in "".join(line.text for line in reading.lines).replace(" ", "")
        assert all(
            line.right - line.left > line.bottom - line.top for line in reading.lines if CODE in line.text
        )


@pytest.mark.parametrize(
    ("data", "state"),
    [
        (b"", PictureState.BROKEN),
        (b"not a picture", PictureState.BROKEN),
        (b"\xff\xd8\xff\xe0" + b"\x00" * 50, PictureState.BROKEN),
        (b"GIF89a", PictureState.BROKEN),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", PictureState.BROKEN),
        (a_png_header(10_000, 10_000), PictureState.TOO_LARGE),
        (a_png_header(100_000, 2), PictureState.TOO_LARGE),
        (a_png_header(0, 0), PictureState.BROKEN),
        (a_png_header(3000, 3000), PictureState.NOT_READ),
        (b"%PDF-1.7 x", PictureState.BROKEN),
        (b"\x00" * (pictures.MOST_BYTES + 1), PictureState.TOO_LARGE),
    ],
)
def test_hostile_files_are_refused(reader: PictureReader, data: bytes, state: PictureState):
    assert reader.read(data).state is state


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_nothing_is_said_of_a_cut_file(reader: PictureReader, kind: str):
    data = saved(a_print(), kind)
    assert reader.read(data[: len(data) // 2]).state is PictureState.NOT_READ


@pytest.mark.slow
def test_only_the_first_frame_of_an_animation_counts(reader: PictureReader):
    blank = images.new("RGB", (480, 300), "white")
    data = saved(blank, "GIF", save_all=True, append_images=[a_print()], duration=10)
    assert CODE not in "".join(line.text for line in reader.read(data).lines)


def test_svg_is_text_and_nothing_in_it_runs(reader: PictureReader):
    start = "<svg xmlns='http://www.w3.org/2000/svg' width='600' height='60'><script>alert(1)</script>"
    svg = f"{start}<text x='5' y='20'>{CODE}</text></svg>"
    assert [line.text for line in reader.read(svg.encode()).lines] == [CODE]
    outside = b"<?xml version='1.0'?><!DOCTYPE svg [<!ENTITY x SYSTEM 'file:///etc/hostname'>]><svg><text>&x;</text></svg>"
    assert reader.read(outside).state is PictureState.NOT_READ
    assert reader.read(b"<svg><text>").state in {PictureState.READ, PictureState.BROKEN}


@pytest.mark.slow
def test_readings_are_kept_by_digest(tmp_path: Path):
    data = saved(a_print())
    first = PictureReader(cache=tmp_path).read(data)
    again = PictureReader(cache=tmp_path)
    again._recognise = lambda pixels: pytest.fail("read twice")  # type: ignore[method-assign]
    assert again.read(data) == first
    kept = next(tmp_path.rglob("*.json"))
    kept.write_text("{", encoding="utf-8")
    assert PictureReader(cache=tmp_path)._from_cache(first.digest) is None


def test_without_the_readers_a_picture_is_not_read(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(pictures, "is_available", lambda: False)
    assert PictureReader().read(saved(a_print())).state is PictureState.NOT_READ
