"""Licences in pictures: read, compared, hidden, or left to a person."""

from __future__ import annotations

from detectors.licensing.page import read_page
from tests.detectors.licensing.builders import (
    CODE,
    JUDGE,
    NAME,
    OTHER_CODE,
    URL,
    a_page,
    a_reading,
    decide,
)

PICTURE = "https://shop.example/zz.jpg"
IMG = "<div class='lic'><h4>证照信息</h4><img src='/zz.jpg' width='600'></div>"
PRINT = ("营业执照", "统一社会信用代码", CODE, f"名 称 {NAME}", "类 型 有限责任公司")


def test_a_readable_picture_counts():
    assert decide(IMG, pictures={PICTURE: a_reading(*PRINT)}).codes == ("OK",)
    assert decide(
        IMG.replace("src='/zz.jpg'", "src='data:image/gif;base64,AAAA' data-src='/zz.jpg'"),
        pictures={PICTURE: a_reading(*PRINT)},
    ).codes == ("OK",)
    assert decide(
        "<div style=\"background:url('/zz.jpg');width:600px;height:400px\"></div>",
        pictures={PICTURE: a_reading(*PRINT)},
    ).codes == ("OK",)


def test_a_picture_behind_a_link_counts_as_a_link():
    assert decide("<a href='/zz.jpg'>营业执照</a>", pictures={PICTURE: a_reading(*PRINT)}).codes == (
        "OK-LINK",
    )


def test_an_unreadable_or_hidden_picture_is_hidden():
    assert decide(IMG, pictures={PICTURE: a_reading("营业执照", size=(170, 120))}).codes == ("LIC-HIDDEN",)
    assert decide(IMG, pictures={PICTURE: a_reading(size=(170, 120))}).codes == ("LIC-HIDDEN",)
    assert decide(IMG.replace("width='600'", "width='40'"), pictures={PICTURE: a_reading(*PRINT)}).codes == (
        "LIC-HIDDEN",
    )
    assert decide(
        IMG.replace("width='600'", "style='display:none'"), pictures={PICTURE: a_reading(*PRINT)}
    ).codes == ("LIC-HIDDEN",)


def test_another_certificate_is_no_licence():
    for title in ("商标注册证", "荣誉证书", "品牌授权书", "质量管理体系认证证书", "检测报告"):
        assert decide(
            IMG, pictures={PICTURE: a_reading(title, "第 24708945 号", f"注册人：{NAME}")}
        ).codes == ("LIC-MISSING",)


def test_a_picture_is_compared_with_the_register():
    other = [*PRINT[:3], "名称 深圳白榆电器有限公司"]
    assert decide(IMG, pictures={PICTURE: a_reading(*other)}).codes == ("LIC-NAME-MISMATCH",)
    near = [*PRINT[:3], "名称 杭州青衫日用晶有限公司"]
    outcome = decide(IMG, pictures={PICTURE: a_reading(*near)})
    assert outcome.codes == ("OK",)
    [warning] = outcome.warnings
    assert (warning.code, warning.for_person) == ("LIC-UNCLEAR", True)
    assert warning.reason.endswith("“杉”读作“衫”、“品”读作“晶”")
    one = decide(IMG, pictures={PICTURE: a_reading(*PRINT[:3], "名称 杭州青衫日用品有限公司")})
    assert [(each.code, each.for_person) for each in one.warnings] == [("LIC-UNCLEAR", False)]
    qr = (f"http://www.gsxt.gov.cn/index.html?uniscid={CODE}&entname=深圳白榆电器有限公司",)
    assert decide(IMG, pictures={PICTURE: a_reading("营业执照", codes=qr)}).codes == ("LIC-NAME-MISMATCH",)


def test_a_doubtful_character_never_turns_a_bad_number_good():
    bad = CODE[:-1] + next(c for c in "0123456789ABCDEFGHJKLMNPQRTUWXY" if c != CODE[-1])
    confident = a_reading("营业执照", "统一社会信用代码", bad, "名称 深圳黑榆电器有限公司")
    assert decide(IMG, pictures={PICTURE: confident}).codes == ("LIC-INVALID-NUMBER",)
    doubtful = a_reading("营业执照", "统一社会信用代码", bad, confidence=0.6)
    outcome = decide(IMG, pictures={PICTURE: doubtful})
    assert outcome.codes == ("UNCLEAR",)
    assert outcome.warnings[0].for_person


def test_a_name_that_one_operator_has_stands_in_for_a_number_that_cannot_be_read():
    outcome = decide(IMG, pictures={PICTURE: a_reading("营业执照", f"名称 {NAME}")})
    assert (outcome.codes, outcome.code_shown) == (("OK",), CODE)
    assert decide(IMG, pictures={PICTURE: a_reading("营业执照", "名称 深圳黑榆电器有限公司")}).codes == (
        "UNCLEAR",
    )


def test_findings_from_print_go_to_a_person():
    bad = CODE[:-1] + ("4" if CODE[-1] != "4" else "6")
    assert decide(IMG, pictures={PICTURE: a_reading("营业执照", bad)}).facts[0].for_person


def test_a_hidden_picture_of_a_licence_is_wanted_before_the_pictures_of_goods() -> None:
    goods = "".join(f"<img src='/g/{number}.jpg'>" for number in range(30))
    page = read_page(a_page(f"{goods}<div style='display:none'><img src='/l.jpg' alt='营业执照'></div>"))
    assert JUDGE.wanted_pictures(page, URL)[0].endswith("/l.jpg")


def test_a_small_picture_that_words_call_a_licence_and_nobody_can_read_is_hidden() -> None:
    page = "<img src='/l.jpg' alt='营业执照'>"
    address = "https://shop.example/l.jpg"
    small = decide(page, pictures={address: a_reading(size=(300, 418))})
    assert small.codes == ("LIC-HIDDEN",)
    assert decide(page, pictures={address: a_reading(size=(900, 640))}).codes == ("LIC-MISSING",)


def test_a_picture_called_a_licence_in_which_no_print_is_read_goes_to_a_person() -> None:
    address, nothing = "https://shop.example/lic.png", a_reading(size=(900, 640))
    (called,) = decide("<img src='/lic.png' alt='营业执照'>", pictures={address: nothing}).facts
    assert (called.code, called.for_person, called.page) == ("LIC-MISSING", True, address)
    goods = "https://shop.example/g/7.jpg"
    (other,) = decide("<img src='/g/7.jpg' alt='晾衣架'>", pictures={goods: nothing}).facts
    assert (other.code, other.for_person) == ("LIC-MISSING", False)


def test_a_qr_code_that_says_another_number_than_the_print_is_told() -> None:
    page, address = "<img src='/l.jpg' alt='营业执照'>", "https://shop.example/l.jpg"

    def told(code: str) -> list[str]:
        read = a_reading(
            "营业执照", f"统一社会信用代码 {CODE}", f"名称 {NAME}", codes=(f"https://q/?uniscid={code}",)
        )
        outcome = decide(page, pictures={address: read})
        return [warning.reason for warning in outcome.warnings if "二维码" in warning.reason]

    assert [OTHER_CODE in reason for reason in told(OTHER_CODE)] == [True]
    assert told(CODE) == []
