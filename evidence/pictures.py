"""Reading pictures of licences 图片识别: QR codes first, then print; bounded, cached, without a network.

QR by zxing-cpp, print by rapidocr with the models inside its wheel; both belong to the optional group
``ocr``. Where they are not installed, a picture is "not read", never "nothing". A picture is hostile
until decoded: its size is looked at before its pixels are, and nothing but bitmaps is decoded.
"""

from __future__ import annotations

import hashlib
import json
import math
import warnings
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from domain.picture import PictureLine, PictureReading, PictureState

if TYPE_CHECKING:
    from PIL.Image import Image

READER = "pictures/2"
"""Changes when readings change, so that a cache of older readings is not used."""
MOST_BYTES = 30_000_000
MOST_PIXELS = 60_000_000
MOST_PLAIN_PIXELS = 40_000_000
"""Of a file that can only be decoded whole; a JPEG is decoded smaller at once."""
MOST_SIDE = 2400
"""Longer side to which a picture is made smaller before anything looks at it; enough for QR codes."""
LONGEST_SIDE = 1280
"""Print is read at most this large: bigger costs seconds and reads no better."""
MOST_LINES = 400
MOST_QR = 8
LEAST_SIDE = 360
MOST_SHOWN_PX = 1400
"""Longer side of a picture that people are shown."""
_SQUAREST, _LONGEST = 1.15, 1.9
"""Ratios of the sides of licences, both the wide and the tall form, with some table around them."""
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF")
_INK_LIMIT = 125
"""Darker than this in its brightest channel is ink; coloured and pale watermarks are not."""

Engine = Callable[[Any], Any]


def is_available() -> bool:
    """Whether the optional readers are installed."""
    return all(find_spec(name) is not None for name in ("PIL", "zxingcpp", "rapidocr", "onnxruntime", "cv2"))


@dataclass
class PictureReader:
    """Reads pictures one after another; keep one a process, since the models stay in memory.

    Args:
        cache: folder for readings by digest; ``None`` keeps the last ones in memory only.
        threads: of the recognition.
        enough: tells from the lines so far that the costlier second look is not needed.
    """

    cache: Path | None = None
    threads: int = 2
    enough: Callable[[PictureReading], bool] | None = None
    _engine: Engine | None = field(default=None, init=False, repr=False)
    _recent: OrderedDict[str, PictureReading] = field(default_factory=OrderedDict, init=False, repr=False)

    def read(self, data: bytes) -> PictureReading:
        """What stands in a picture; the same bytes give the same reading."""
        digest = hashlib.sha256(data).hexdigest()
        found = self._recent.get(digest) or self._from_cache(digest)
        if found is None:
            found = self._read(data, digest)
            self._to_cache(found)
        self._recent[digest] = found
        if len(self._recent) > 500:
            self._recent.popitem(last=False)
        return found

    # ------------------------------------------------------------ cache

    def _path(self, digest: str) -> Path | None:
        return self.cache / READER.replace("/", "-") / digest[:2] / f"{digest}.json" if self.cache else None

    def _from_cache(self, digest: str) -> PictureReading | None:
        path = self._path(digest)
        if path is None or not path.is_file():
            return None
        try:
            values = json.loads(path.read_text(encoding="utf-8"))
            lines = tuple(PictureLine(**line) for line in values.pop("lines"))
            return PictureReading(
                **{**values, "state": PictureState(values["state"]), "codes": tuple(values["codes"])},
                lines=lines,
            )
        except (OSError, ValueError, TypeError, KeyError):
            # A reading that was cut short by a crash is made again.
            return None

    def _to_cache(self, reading: PictureReading) -> None:
        path = self._path(reading.digest)
        if path is None or reading.state is PictureState.NOT_READ:
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        part.write_text(json.dumps(asdict(reading), ensure_ascii=False), encoding="utf-8")
        part.replace(path)

    # ------------------------------------------------------------ reading

    def _read(self, data: bytes, digest: str) -> PictureReading:
        if not is_available():
            return PictureReading(digest=digest, state=PictureState.NOT_READ, reason="图片识别组件未安装")
        if len(data) > MOST_BYTES:
            return PictureReading(digest=digest, state=PictureState.TOO_LARGE, reason=f"{len(data)}字节")
        if _is_svg(data):
            return _svg_reading(data, digest)
        opened = decoded(data)
        if isinstance(opened, tuple):
            state, reason = opened
            return PictureReading(digest=digest, state=state, reason=reason)
        width, height, shown = opened.width, opened.height, opened.scale
        codes, turn = _qr_codes(opened.image)
        upright = opened.image.rotate(turn, expand=True) if turn else opened.image
        reading = PictureReading(
            digest=digest,
            state=PictureState.READ,
            width=width,
            height=height,
            codes=codes,
            lines=self._lines(upright, shown),
        )
        if self.enough is not None and not self.enough(reading):
            more = self._second_look(upright, shown)
            reading = replace(reading, lines=_merged(reading.lines, more))
        return reading

    def _lines(self, image: Image, shown: float) -> tuple[PictureLine, ...]:
        import numpy as np

        scale = min(1.0, LONGEST_SIDE / max(image.size))
        if scale < 1.0:
            image = image.resize((max(1, round(image.width * scale)), max(1, round(image.height * scale))))
        scale *= shown
        # The engine takes blue first.
        found = self._recognise(np.ascontiguousarray(np.asarray(image)[:, :, ::-1]))
        if found.txts is None or found.boxes is None or found.scores is None:
            return ()
        lines = []
        for text, score, box in zip(found.txts[:MOST_LINES], found.scores, found.boxes, strict=False):
            xs, ys = [float(point[0]) / scale for point in box], [float(point[1]) / scale for point in box]
            lines.append(
                PictureLine(
                    text=str(text)[:200],
                    confidence=round(float(score), 3),
                    left=round(min(xs)),
                    top=round(min(ys)),
                    right=round(max(xs)),
                    bottom=round(max(ys)),
                )
            )
        return tuple(lines)

    def _second_look(self, image: Image, shown: float) -> tuple[PictureLine, ...]:
        """Only what is dark in every channel: printed ink stays, stamps and watermarks go."""
        import numpy as np
        from PIL import Image as images  # noqa: N813

        pixels = np.asarray(image).max(axis=2)
        ink = np.clip((pixels.astype(np.int16) - 40) * 255 // max(1, _INK_LIMIT - 40), 0, 255).astype(
            np.uint8
        )
        return self._lines(images.fromarray(ink).convert("RGB"), shown)

    def _recognise(self, pixels: Any) -> Any:
        if self._engine is None:
            self._engine = _engine(self.threads)
        return self._engine(pixels)


def redrawn(data: bytes, *, box: Sequence[int] = (), crop: bool = False) -> bytes:
    """A PNG made from a picture's pixels, to be shown to people; empty for what is no picture.

    Args:
        data: the picture as a stranger sent it; nothing of its markup or metadata is taken over.
        box: left, top, right, bottom of what to mark, in pixels of the upright picture.
        crop: only the surroundings of ``box``.
    """
    from PIL import ImageDraw

    if len(data) > MOST_BYTES or _is_svg(data):
        return b""
    opened = decoded(data)
    if isinstance(opened, tuple):
        return b""
    image = opened.image
    wanted = box if len(box) == 4 and box[2] <= opened.width and box[3] <= opened.height else ()
    frame = _inside([round(each * opened.scale) for each in wanted], image.size)
    if frame is not None:
        ImageDraw.Draw(image).rectangle(frame, outline=(200, 30, 30), width=max(2, image.width // 300))
        if crop:
            left, top, right, bottom = frame
            margin = max(2 * (bottom - top), 20)
            image = image.crop((max(0, left - margin), max(0, top - margin), right + margin, bottom + margin))
    image.thumbnail((MOST_SHOWN_PX, MOST_SHOWN_PX))
    made = BytesIO()
    image.save(made, "PNG")
    return made.getvalue()


def _inside(box: Sequence[int], size: tuple[int, int]) -> tuple[int, int, int, int] | None:
    if len(box) != 4:
        return None
    left, top, right, bottom = box
    fits = 0 <= left < right <= size[0] and 0 <= top < bottom <= size[1]
    return (left, top, right, bottom) if fits else None


def may_be_licence(data: bytes) -> bool:
    """Whether a picture has the shape of a licence that can be read: oblong, and not small."""
    from PIL import Image as images  # noqa: N813

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            width, height = images.open(BytesIO(data), formats=_FORMATS).size
    except (OSError, ValueError, SyntaxError, images.DecompressionBombError):
        return False
    low, high = sorted((width, height))
    return low >= LEAST_SIDE and _SQUAREST * low <= high <= _LONGEST * low


def _engine(threads: int) -> Engine:
    from rapidocr import RapidOCR

    return RapidOCR(
        params={
            "Global.log_level": "critical",
            "EngineConfig.onnxruntime.intra_op_num_threads": threads,
            "EngineConfig.onnxruntime.enable_cpu_mem_arena": False,
            # Lines of one batch are padded to the longest; small batches cost no time and less memory.
            "Rec.rec_batch_num": 2,
        }
    )


@dataclass(frozen=True, slots=True)
class Decoded:
    """The first frame, upright, in RGB on white, and how large it was before it was made smaller."""

    image: Image
    width: int
    height: int

    @property
    def scale(self) -> float:
        """Pixels of ``image`` for one of the picture."""
        return self.image.width / self.width


def decoded(data: bytes) -> Decoded | tuple[PictureState, str]:
    """The picture at no more than ``MOST_SIDE``, or why there is none; its size is judged first."""
    from PIL import Image as images  # noqa: N813
    from PIL import UnidentifiedImageError

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            image = images.open(BytesIO(data), formats=_FORMATS)
            width, height = image.size
            most = MOST_PIXELS if image.format == "JPEG" else MOST_PLAIN_PIXELS
            if width * height > most or max(width, height) > 30_000:
                return PictureState.TOO_LARGE, f"{width}×{height}像素"
            if min(width, height) < 1:
                return PictureState.BROKEN, "没有像素"
            return _upright_rgb(image)
        except UnidentifiedImageError:
            return PictureState.BROKEN, "不是图片"
        except images.DecompressionBombError:
            return PictureState.TOO_LARGE, "解压后过大"
        except MemoryError:
            return PictureState.TOO_LARGE, "内存不足"
        except (OSError, ValueError, SyntaxError, EOFError, ArithmeticError) as error:
            # What is cut short may still show a visitor its upper part, so nothing is said of it.
            cut = "truncated" in str(error) or isinstance(error, EOFError)
            state = PictureState.NOT_READ if cut else PictureState.BROKEN
            return state, "图片不完整" if cut else f"图片损坏：{type(error).__name__}"


def _upright_rgb(image: Image) -> Decoded:
    """Decodes, as small as it may be, before anything else is done with the pixels."""
    from PIL import Image as images  # noqa: N813
    from PIL import ImageOps

    width, height = image.size
    if image.format == "JPEG":
        # Half, a quarter or an eighth is decoded at once where that is still large enough.
        share = min(1.0, MOST_SIDE / max(width, height))
        image.draft("RGB", (math.ceil(width * share), math.ceil(height * share)))
    image.seek(0)
    image.load()
    if image.mode.startswith("I"):
        # Of sixteen bits a pixel a browser shows the upper eight.
        image = image.point(lambda value: value * (1 / 256)).convert("L")
    see_through = image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info
    plain = image.convert("RGBA" if see_through else "RGB")
    if max(plain.size) > MOST_SIDE:
        share = MOST_SIDE / max(plain.size)
        size = (max(1, round(plain.width * share)), max(1, round(plain.height * share)))
        plain = plain.resize(size, reducing_gap=2.0)
    before = plain.size
    plain = ImageOps.exif_transpose(plain)
    if plain.size != before:
        width, height = height, width
    if see_through:
        ground = images.new("RGBA", plain.size, (255, 255, 255, 255))
        plain = images.alpha_composite(ground, plain).convert("RGB")
    return Decoded(plain, width, height)


def _qr_codes(image: Image) -> tuple[tuple[str, ...], int]:
    """Contents of QR codes, and the turn in degrees, a multiple of 90, that sets the picture upright."""
    import zxingcpp

    for scale in (1, 2):
        tried = image if scale == 1 else image.resize((image.width * 2, image.height * 2))
        if scale == 2 and max(tried.size) > 4000:
            break
        found = zxingcpp.read_barcodes(
            tried, formats=zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
        )
        contents = tuple(code.text[:2000] for code in found[:MOST_QR] if code.text)
        if contents:
            return contents, round(_angle(found) / 90) * 90 % 360
    return (), 0


def _angle(found: Iterable[Any]) -> float:
    # How far the code's upper edge leans clockwise; a turn back by as much sets the picture upright.
    for code in found:
        start, end = code.position.top_left, code.position.top_right
        return math.degrees(math.atan2(end.y - start.y, end.x - start.x))
    return 0.0


def _merged(first: tuple[PictureLine, ...], second: tuple[PictureLine, ...]) -> tuple[PictureLine, ...]:
    """Both looks: a line seen twice counts once, the better reading of it."""
    kept = list(first)
    for line in second:
        same = next((index for index, other in enumerate(kept) if _covers(line, other)), None)
        if same is None:
            kept.append(line)
        elif len(line.text) > len(kept[same].text) or (
            len(line.text) == len(kept[same].text) and line.confidence > kept[same].confidence
        ):
            kept[same] = line
    return tuple(kept)


def _covers(one: PictureLine, other: PictureLine) -> bool:
    wide = min(one.right, other.right) - max(one.left, other.left)
    high = min(one.bottom, other.bottom) - max(one.top, other.top)
    least = min(
        (one.right - one.left) * (one.bottom - one.top),
        (other.right - other.left) * (other.bottom - other.top),
    )
    return wide > 0 and high > 0 and wide * high > 0.6 * max(least, 1.0)


def _is_svg(data: bytes) -> bool:
    start = data[:2000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return start.startswith((b"<svg", b"<?xml", b"<!doctype svg")) or (
        b"<svg" in start and not data.startswith((b"\xff\xd8", b"\x89PNG"))
    )


def _svg_reading(data: bytes, digest: str) -> PictureReading:
    """Texts of a drawing; nothing in it is run, resolved or fetched."""
    import re

    from lxml import etree

    if len(data) > 2_000_000:
        return PictureReading(digest=digest, state=PictureState.TOO_LARGE, reason="SVG过大")
    if re.search(rb"<!ENTITY", data, re.IGNORECASE):
        return PictureReading(digest=digest, state=PictureState.NOT_READ, reason="SVG含实体声明")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        root = None
    if root is None:
        return PictureReading(digest=digest, state=PictureState.BROKEN, reason="SVG无法解析")
    lines: list[PictureLine] = []
    for element in root.iter("{*}text"):
        text = " ".join("".join(element.itertext()).split())[:200]
        left, top = _number(element.get("x")), _number(element.get("y"))
        if (
            text
            and len(lines) < MOST_LINES
            and not element.xpath("ancestor-or-self::*[@display='none' or @visibility='hidden']")
        ):
            lines.append(
                PictureLine(
                    text=text,
                    confidence=1.0,
                    left=left,
                    top=top - 16,
                    right=left + 16 * len(text),
                    bottom=top,
                )
            )
    size = (int(_number(root.get("width"))), int(_number(root.get("height"))))
    return PictureReading(
        digest=digest, state=PictureState.READ, width=size[0], height=size[1], lines=tuple(lines)
    )


def _number(text: str | None) -> float:
    try:
        value = float((text or "0").split()[0].rstrip("px%"))
    except (ValueError, IndexError):
        return 0.0
    return value if math.isfinite(value) else 0.0
