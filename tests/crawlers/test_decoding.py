import pytest

from crawlers.decoding import decode

TEXT = "明前龙井茶叶 500克 礼盒装，包邮，七天无理由退货。" * 4


def page(charset: str, label: str = "", text: str = TEXT) -> bytes:
    meta = f'<meta charset="{label}">' if label else ""
    return f"<html><head>{meta}</head><body>{text}</body></html>".encode(charset)


@pytest.mark.parametrize(
    ("body", "content_type", "charset", "gaps"),
    [
        (page("utf-8"), "text/html", "utf-8", ()),
        (page("utf-8"), "text/html; charset=utf-8", "utf-8", ()),
        (page("gbk", "gb2312"), "text/html", "gb18030", ()),
        (page("gb18030", "gbk", TEXT + "𠮷䶮"), "text/html; charset=GBK", "gb18030", ()),
        (page("gb18030"), "text/html", "gb18030", ()),
        (
            page("gb18030"),
            "text/html; charset=utf-8",
            "gb18030",
            ("charset: declared utf-8, read as gb18030",),
        ),
        (page("utf-8", "gbk"), "text/html", "utf-8", ("charset: declared gb18030, read as utf-8",)),
        (page("utf-8-sig"), "text/html; charset=gbk", "utf-8", ()),
        (page("utf-16"), "text/html", "utf-16-le", ()),
        (page("big5", "big5", "龍井茶葉"), "text/html", "big5hkscs", ()),
        (page("utf-8"), "text/html; charset=nonsense", "utf-8", ()),
        (page("utf-8"), "text/html; charset=idna", "utf-8", ()),
        (page("gb18030"), "text/html; charset=zlib", "gb18030", ()),
    ],
)
def test_text_is_read_whatever_the_label_says(body, content_type, charset, gaps):
    decoded = decode(body, content_type)
    assert (decoded.charset, decoded.gaps) == (charset, gaps)
    assert "\ufffd" not in decoded.text
    assert "龙井" in decoded.text or "龍井" in decoded.text


TRADITIONAL = "龍井茶葉禮盒裝 500克，免運費，七天鑑賞期，立即購買"
JAPANESE = "新茶の煎茶です。送料無料、カートに入れる"
KOREAN = "햇차 선물세트 500그램, 무료배송, 바로 구매하기"


@pytest.mark.parametrize("declared", ["", "; charset=utf-8", "; charset=nonsense"])
@pytest.mark.parametrize(
    ("text", "written", "read"),
    [
        (TEXT, "gbk", "gb18030"),
        (TRADITIONAL, "big5", "big5hkscs"),
        (TRADITIONAL, "gbk", "gb18030"),
        (JAPANESE, "shift_jis", "cp932"),
        (JAPANESE, "euc_jp", "euc_jp"),
        (KOREAN, "euc_kr", "cp949"),
    ],
)
def test_a_wrong_or_missing_label_is_made_up_for_by_common_characters(text, written, read, declared):
    decoded = decode(page(written, text=text), f"text/html{declared}")
    assert (decoded.charset, text in decoded.text) == (read, True)
    assert bool(decoded.gaps) == ("utf-8" in declared)


@pytest.mark.parametrize(
    ("text", "charset", "read"),
    [(TRADITIONAL, "big5", "big5hkscs"), (JAPANESE, "shift_jis", "cp932"), (KOREAN, "euc-kr", "cp949")],
)
def test_a_label_that_reads_without_loss_counts_before_any_guess(text, charset, read):
    assert decode(page(charset, charset, text)).charset == read
    assert decode(page("gbk", text="龙井"), f"text/html; charset={charset}").charset == read


@pytest.mark.parametrize(
    "text",
    [
        "Théière émaillée, prix réduit à 9,90 € – livraison gratuite dès 40 €",
        "Größe 38 für Füße, Käufer schützen",
        "Cafetera de aluminio, ¡envío rápido! Añadir a la cesta",
    ],
)
@pytest.mark.parametrize("declared", ["", "; charset=utf-8"])
def test_letters_that_stand_alone_are_western(text, declared):
    decoded = decode(page("cp1252", text=text), f"text/html{declared}")
    assert (decoded.charset, text in decoded.text) == ("cp1252", True)


@pytest.mark.parametrize("charset", ["gbk", "big5"])
def test_rare_characters_in_pairs_are_not_western(charset):
    assert decode(page(charset, text="璽罐 鑲嵌")).charset != "cp1252"


def test_few_bad_bytes_do_not_change_the_charset():
    decoded = decode(page("utf-8", "utf-8", TEXT * 20) + b"\xff", "text/html")
    assert decoded.charset == "utf-8"
    assert decoded.gaps == ("charset: 1 characters unreadable as utf-8",)


def test_a_torn_character_does_not_make_western_utf_8_chinese():
    text = "Théière émaillée, prix réduit, à livrer dès demain"
    body = page("utf-8", text=text * 3).replace(b"prix", b"pr\xc3ix", 1)
    decoded = decode(body, "text/html; charset=utf-8")
    assert (decoded.charset, text in decoded.text) == ("utf-8", True)


def test_cut_in_the_middle_of_a_character():
    body = page("gb18030", "gbk", TEXT * 20)
    decoded = decode(body[: body.index("克".encode("gb18030")) + 1], "text/html")
    assert decoded.charset == "gb18030"
    assert decoded.text.count("\ufffd") == 1


def test_empty_page():
    assert decode(b"").text == ""
