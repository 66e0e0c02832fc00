"""What hostile licence pages and pictures cost: ``python -m bench.hostile_licence [--only WORD] [--read]``.

Each is made on the spot and read as a sweep reads it. Time is the processor's, children's and threads'
included, so that a busy machine changes it little; memory is how much the process grew meanwhile. Reading
the print of a picture is left out unless ``--read`` asks for it: then the whole of ``PictureReader`` runs.
"""

from __future__ import annotations

import argparse
import json
import re
import resource
import struct
import sys
import time
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw

from detectors.licensing.page import read_page
from evidence.pictures import PictureReader, decoded, redrawn

_BLOCK = "<div class='lic'><p>企业名称：杭州青杉日用品有限公司</p><p>代码：91330106MA1K2B3C4D</p></div>"


def main() -> None:
    """Prints one JSON object a case."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", default="", help="cases with this word in their name")
    parser.add_argument("--read", action="store_true", help="read the pictures, too: QR and print")
    asked = parser.parse_args()
    reader = PictureReader(threads=2) if asked.read else None
    if reader is not None:
        # The models are loaded once a process; that is not the picture's cost.
        reader.read(_saved(Image.new("RGB", (400, 300), "white"), "PNG"))
    for name, run in _cases(reader):
        if asked.only in name:
            _forget_peak()
            held, before, started = _memory("VmRSS"), _cpu(), time.perf_counter()
            told = run()
            json.dump(
                {
                    "case": name,
                    "cpu_s": round(_cpu() - before, 2),
                    "wall_s": round(time.perf_counter() - started, 2),
                    "more_mb": (_memory("VmHWM") - held) // 1024,
                    "told": told,
                },
                sys.stdout,
                ensure_ascii=False,
            )
            print(flush=True)


def _forget_peak() -> None:
    # Linux: from here on VmHWM is the peak of what follows.
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def _memory(field: str) -> int:
    """Kilobytes of one line of the process's status."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.search(rf"{field}:\s*(\d+)", status)[1])  # type: ignore[index]


def _cpu() -> float:
    own = resource.getrusage(resource.RUSAGE_SELF)
    return own.ru_utime + own.ru_stime


def _cases(reader: PictureReader | None) -> Iterator[tuple[str, Callable[[], str]]]:
    for name, css, body in _styles():
        yield f"css {name}", partial(_read, css, body)
    for name, page in _markup():
        yield f"page {name}", partial(_read_page, page)
    for name, data in _pictures():
        yield f"picture {name}", partial(_look, data(), reader)


def _read(css: str, body: str) -> str:
    return _read_page(f"<html><head><style>{css}</style></head><body>{_BLOCK}{body}</body></html>")


def _read_page(page: str) -> str:
    text = read_page(page)
    return f"{len(text.lines)} lines, {'cut' if text.truncated or text.unstyled else 'whole'}"


# ---------------------------------------------------------------- styles


def _styles() -> Iterator[tuple[str, str, str]]:
    small = "".join(f".c{n} > .d{n}:hover{{color:#fff;margin:0}}\n" for n in range(28_000))
    yield "1 MB of small rules", small, ""
    yield "2 MB of small rules", small + small.replace(".c", ".e"), ""
    real = "".join(
        f".mod-{n} .item-{n % 97} a:hover,.mod-{n} li:first-child{{color:#f{n % 16:x}0;display:block;"
        f'padding:0 {n % 20}px;background:url(//img.example/{n}.png) no-repeat;font:12px/1.5 "SimSun"}}\n'
        for n in range(12_000)
    )
    yield "2 MB of a shop's rules", real, ""
    yield "1 MB that all applies", ".lic{color:#333;margin:0}\n" * 40_000, ""
    yield "2 MB of one block", ".lic{" + "color:#333;" * 180_000 + "}", ""
    yield "3 MB unclosed", ".lic{color:#333;" * 200_000, ""
    many = "".join(f"<div class='k{n % 50}'><span class='i{n % 20}'>{n}</span></div>" for n in range(10_000))
    yield (
        "20,000 elements, 5,000 rules by class",
        "".join(f".k{n % 50} .i{n % 20}:nth-child({n % 7}){{color:#{n % 1000:03d}}}" for n in range(5_000)),
        many,
    )
    yield "20,000 elements, 5,000 rules for all", "".join(f"*{{top:{n}px}}" for n in range(5_000)), many
    yield (
        "20,000 elements, 5,000 rules by tag",
        "".join(f".u{n} div span{{top:1px}}" for n in range(5_000)),
        many,
    )
    yield "not has", "*:not(:has(*)){color:#333}" * 20, many
    yield "has in has", "div:has(span:has(+ i)) ~ div:has(b){color:#333}" * 200, many
    children = "<div>" + "<i>1</i>" * 20_000 + "</div>"
    yield (
        "20,000 children, nth-child",
        "".join(f"i:nth-child({n}n+1){{top:1px}}" for n in range(50)),
        children,
    )
    yield "20,000 children, siblings", "i ~ i ~ i ~ b{top:1px}i + i ~ i:last-child{top:1px}" * 3, children
    deep = "<div>" * 250 + "x" + "</div>" * 250
    yield "chains of descendants", " ".join(["div"] * 12) + " p div{top:1px}", deep * 20
    yield "deep @media", "@media screen{" * 5_000 + ".lic{display:none}", ""
    yield "wide and deep @supports", "@supports " + "(" * 5_000 + "display:grid" + ")" * 5_000 + "{}", ""
    yield "nested selectors", ".a,.b{" + "&,& &{" * 30 + "top:1px", "<p class='a b'>x</p>"
    yield "long selector", ",".join(f"p.k{n}:not(.l{n})" for n in range(60_000)) + "{top:1px}", many
    yield "open brackets", ":is(" * 100_000, ""
    yield "quotes", "\"'" * 400_000, ""
    yield "comments", "/*" * 400_000 + "*/" + "/**/" * 200_000, ""
    yield "semicolons", ";" * 1_000_000 + "@" * 100_000 + ";" * 500_000, ""
    yield (
        "custom properties",
        "".join(f".lic{{--v{n}:var(--v{n - 1}) var(--v{n - 1})}}" for n in range(60))
        + (".lic{color:var(--v59)}"),
        "",
    )
    yield "imports", "".join(f"@import url(a{n}.css);" for n in range(50_000)), ""
    yield "gradients", ".lic{background:linear-gradient(" + "#fff," * 200_000 + "#000)}", ""


def _markup() -> Iterator[tuple[str, str]]:
    yield "20,000 inline styles", "<body>" + "<p style='color:#333;margin:0;top:1px'>x</p>" * 20_000
    yield "one style of 2 MB", f"<body><p style='{'color:#333;' * 180_000}'>x"
    writes = "".join("document.querySelector('.a').style.color='#333';" for _ in range(1_200))
    yield "1,200 writes by script", "<body>" + "<i class=a>1</i>" * 20_000 + f"<script>{writes}</script>"
    grown = "".join("document.body.innerHTML+='<p>x</p>';" for _ in range(1_200))
    yield "1,200 pieces by script", "<body>" + "<i>1</i>" * 20_000 + f"<script>{grown}</script>"
    yield "doubling script", "<body><script>var a='x';" + "a=a+a;" * 60 + "document.write(a)</script>"
    yield "deep script", "<body><script>document.write(" + "(" * 20_000 + "</script>"
    yield "2,000 scripts", "<body>" + "<script>var a='b';document.write(a+'c')</script>" * 2_000
    frame = "<p>x</p>"
    for _ in range(6):
        frame = "<iframe srcdoc='" + frame.replace("&", "&amp;").replace("'", "&#39;") + "'></iframe>" * 2
    yield "frames in frames", f"<body>{frame}"
    yield "2,000 frames", "<body>" + "<iframe srcdoc='<p style=color:red>x</p>'></iframe>" * 2_000
    yield (
        "covers",
        "<body><div style='position:relative'>"
        + ("<i style='position:absolute;inset:0;background:#fff'>x</i>" * 3_000),
    )
    yield "details in details", "<body>" + "<details>" * 2_000 + "x"
    yield "links in links", "<body>" + "<a href='/x'>" * 5_000 + "x"
    yield (
        "onclick everywhere",
        "<body>" + "<b onclick='x()' data-target='#z'>1</b>" * 20_000 + "<p id=z hidden>x",
    )


# ---------------------------------------------------------------- pictures


def _look(data: bytes, reader: PictureReader | None) -> str:
    redrawn(data)
    if reader is None and b"<svg" in data[:2000]:
        reader = PictureReader()
    if reader is not None:
        reading = reader.read(data)
        return f"{reading.state} {reading.width}×{reading.height} {len(reading.lines)} lines {reading.reason}"
    found = decoded(data)
    return f"{found[0]}: {found[1]}" if isinstance(found, tuple) else f"{found.image.size}"


def _saved(image: Image.Image, kind: str, **options: object) -> bytes:
    made = BytesIO()
    image.save(made, kind, **options)
    return made.getvalue()


def _photo(width: int, height: int, mode: str = "RGB") -> Image.Image:
    """Print on a ground that does not compress to nothing."""
    image = Image.effect_noise((width // 8, height // 8), 40).resize((width, height)).convert(mode)
    draw = ImageDraw.Draw(image)
    for row in range(12):
        draw.text(
            (width // 10, height * (row + 2) // 16), "91330106MA1K2B3C4D", fill=0, font_size=height // 30
        )
    return image


def _png(width: int, height: int, rows: int) -> bytes:
    """A PNG whose header promises more than its rows hold."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    packer = zlib.compressobj(9)
    line = b"\0" * (1 + width * 3)
    body = b"".join(packer.compress(line) for _ in range(rows)) + packer.flush()
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def _pictures() -> Iterator[tuple[str, Callable[[], bytes]]]:
    photo = _saved(_photo(1600, 1200), "JPEG", quality=85)
    yield "JPEG 2 megapixels", lambda: photo
    large = _saved(_photo(5472, 3648), "JPEG", quality=85)
    yield "JPEG 20 megapixels", lambda: large
    yield (
        "JPEG 20 megapixels, progressive",
        lambda: _saved(Image.open(BytesIO(large)), "JPEG", quality=85, progressive=True),
    )
    huge = _saved(Image.new("RGB", (11_000, 9_200), "white"), "JPEG", quality=30)
    yield "JPEG 101 megapixels", lambda: huge
    yield "JPEG CMYK 12 megapixels", lambda: _saved(_photo(4000, 3000, "CMYK"), "JPEG", quality=80)
    yield "JPEG cut", lambda: large[: len(large) // 2]
    turned = Image.Exif()
    turned[0x0112] = 6
    yield "JPEG turned by EXIF", lambda: _saved(_photo(4000, 3000), "JPEG", exif=turned.tobytes())
    yield "PNG 20 megapixels", lambda: _saved(_photo(5472, 3648), "PNG", compress_level=1)
    yield "PNG bomb of 100 megapixels", lambda: _png(10_000, 10_000, 10_000)
    yield "PNG bomb of 59 megapixels", lambda: _png(7_680, 7_680, 7_680)
    yield "PNG that promises more", lambda: _png(7_000, 7_000, 3)
    yield "PNG 16 bit", lambda: _saved(_photo(1600, 1200, "I;16"), "PNG")
    yield "PNG transparent", lambda: _saved(_photo(4000, 3000, "RGBA"), "PNG", compress_level=1)
    text = zlib.compress(b"x" * 50_000_000)
    yield (
        "PNG text bomb",
        lambda: (
            _png(10, 10, 10).replace(b"IDAT", b"IDAT", 1)[:33]
            + struct.pack(">I", len(text) + 3)
            + b"zTXta\0\0"
            + text
            + struct.pack(">I", zlib.crc32(b"zTXta\0\0" + text))
            + _png(10, 10, 10)[33:]
        ),
    )
    frames = [Image.new("P", (2_000, 2_000), at % 250) for at in range(200)]
    yield "GIF of 200 frames", lambda: _saved(frames[0], "GIF", save_all=True, append_images=frames[1:])
    yield "GIF of 64,000 by 64,000", lambda: b"GIF89a" + struct.pack("<HHBBB", 64_000, 64_000, 0, 0, 0) + b";"
    yield "WebP 20 megapixels", lambda: _saved(_photo(5472, 3648), "WEBP", quality=60, method=0)
    yield "WebP bomb of 59 megapixels", lambda: _saved(Image.new("RGB", (7_680, 7_680)), "WEBP", method=0)
    moving = [Image.new("RGB", (1_000, 1_000), (at, 0, 0)) for at in range(100)]
    yield "WebP of 100 frames", lambda: _saved(moving[0], "WEBP", save_all=True, append_images=moving[1:])
    yield "BMP 20 megapixels", lambda: _saved(Image.new("L", (5472, 3648)), "BMP")
    yield "TIFF 20 megapixels", lambda: _saved(Image.new("RGB", (5472, 3648)), "TIFF", compression="tiff_lzw")
    svg = b"<svg xmlns='http://www.w3.org/2000/svg'>%s</svg>"
    yield "SVG of 1.9 MB", lambda: svg % (b"<text x='1' y='9'>91330106MA1K2B3C4D</text>" * 43_000)
    yield "SVG deep", lambda: svg % (b"<g>" * 100_000)
    yield (
        "SVG with entities",
        lambda: b"<!DOCTYPE s [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>" + svg % b"&a;",
    )
    yield "SVG with script", lambda: svg % b"<script>x()</script><text>91330106MA1K2B3C4D</text>"


if __name__ == "__main__":
    main()
