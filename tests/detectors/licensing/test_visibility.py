"""What a visitor sees: many ways to hide a licence, and as many that only look like hiding."""

from __future__ import annotations

import pytest

from detectors.licensing.page import read_page
from domain.page_text import Seen
from tests.detectors.licensing.builders import CODE, FOOD_PERMIT, NAME, a_page, decide, licence_block

LIC = licence_block()
INNER = LIC.removeprefix("<div class='lic'>").removesuffix("</div>")

HIDDEN = {
    "display none": (LIC, ".lic{display:none}"),
    "important beats inline": (
        "<div class='lic' style='display:block'>" + INNER + "</div>",
        ".lic{display:none!important}",
    ),
    "hidden attribute": ("<div hidden>" + LIC + "</div>", ""),
    "child cannot undo parent": (
        "<div style='display:none'><div style='display:block'>" + LIC + "</div></div>",
        "",
    ),
    "visibility": (LIC, ".lic{visibility:hidden}"),
    "visibility collapse": (LIC, ".lic{visibility:collapse}"),
    "opacity": (LIC, ".lic{opacity:0}"),
    "opacity multiplied": ("<div style='opacity:.2'><div style='opacity:.2'>" + LIC + "</div></div>", ""),
    "filter": (LIC, ".lic{filter:opacity(0%)}"),
    "blur": (LIC, ".lic{filter:blur(12px)}"),
    "font size zero": (LIC, ".lic{font-size:0}"),
    "font size one": (LIC, ".lic p{font-size:1px}"),
    "font shorthand": (LIC, ".lic{font:0/0 a}"),
    "font size em of nothing": ("<div style='font-size:1px'>" + LIC + "</div>", ".lic{font-size:1.2em}"),
    "white on white": (LIC, ".lic{color:#fff}"),
    "white on named white": (LIC, ".lic{color:white;background:white}"),
    "rgb": (LIC, ".lic{color:rgb(254,254,254)}"),
    "hsl": (LIC, ".lic{color:hsl(0,0%,99%)}"),
    "transparent": (LIC, ".lic{color:transparent}"),
    "rgba": (LIC, ".lic{color:rgba(0,0,0,.01)}"),
    "hex alpha": (LIC, ".lic{color:#00000003}"),
    "dark on dark": ("<div style='background:#222'>" + LIC + "</div>", ".lic{color:#232323}"),
    "black on black footer": ("<footer>" + LIC + "</footer>", "footer{background:#000;color:#000}"),
    "fill colour": (LIC, ".lic{-webkit-text-fill-color:#fff}"),
    "variable": (LIC, ":root{--ink:#fff}.lic{color:var(--ink)}"),
    "variable with fallback": (LIC, ".lic{color:var(--none,#ffffff)}"),
    "gradient ground": (LIC, ".lic{background:linear-gradient(#fff,#fefefe);color:#fff}"),
    "font tag": ("<font color='#FFFFFF'>" + INNER + "</font>", ""),
    "bgcolor": (
        "<table bgcolor='#336699'><tr><td><font color='#336699'>" + INNER + "</font></td></tr></table>",
        "",
    ),
    "off screen left": (LIC, ".lic{position:absolute;left:-9999px}"),
    "off screen top in em": (LIC, ".lic{position:absolute;top:-999em}"),
    "off screen right": (LIC, ".lic{position:fixed;left:9999px}"),
    "off screen relative": (LIC, ".lic{position:relative;left:-5000px}"),
    "negative margin": (LIC, ".lic{margin-left:-9999px}"),
    "margin shorthand": (LIC, ".lic{margin:0 0 0 -9999px}"),
    "text indent": (LIC, ".lic p{text-indent:-9999px}"),
    "clip": (LIC, ".lic{position:absolute;clip:rect(0 0 0 0)}"),
    "clip with commas": (LIC, ".lic{position:absolute;clip:rect(1px,1px,1px,1px)}"),
    "clip path": (LIC, ".lic{clip-path:inset(50%)}"),
    "clip path circle": (LIC, ".lic{clip-path:circle(0)}"),
    "clip path polygon": (LIC, ".lic{clip-path:polygon(0 0,0 0,0 0)}"),
    "height zero": (LIC, ".lic{height:0;overflow:hidden}"),
    "max height zero": (LIC, ".lic{max-height:0;overflow:hidden}"),
    "one pixel box": (LIC, ".lic{width:1px;height:1px;overflow:hidden}"),
    "line height zero": (LIC, ".lic{line-height:0;overflow:hidden}"),
    "scale": (LIC, ".lic{transform:scale(0)}"),
    "scale property": (LIC, ".lic{scale:0}"),
    "translate": (LIC, ".lic{transform:translateX(-9999px)}"),
    "rotate edge on": (LIC, ".lic{transform:rotateY(90deg)}"),
    "letter spacing": (LIC, ".lic{letter-spacing:-1em}"),
    "behind": (
        "<div style='background:#fff;position:relative'>" + LIC + "</div>",
        ".lic{position:absolute;z-index:-1}",
    ),
    "content visibility": (LIC, ".lic{content-visibility:hidden}"),
    "comment": ("<!-- " + LIC + " -->", ""),
    "template": ("<template>" + LIC + "</template>", ""),
    "noscript": ("<noscript>" + LIC + "</noscript>", ""),
    "script template": ("<script type='text/template'>" + LIC + "</script>", ""),
    "closed dialog": ("<dialog>" + LIC + "</dialog>", ""),
    "hidden input": (f"<input type='hidden' value='统一社会信用代码：{CODE}'>", ""),
    "data attribute": (f"<div data-uscc='{CODE}'></div>", ""),
    "meta": (f"<meta name='licence' content='统一社会信用代码{CODE}'>", ""),
    "alt text only": (f"<img src='/x.png' width='1' height='1' alt='统一社会信用代码 {CODE}'>", ""),
    "iframe of no size": (
        '<iframe srcdoc="' + LIC.replace('"', "'") + "\" width='0' height='0'></iframe>",
        "",
    ),
    "svg unpainted": (f"<svg><text fill='none'>统一社会信用代码 {CODE}</text></svg>", ""),
    "svg off canvas": (
        f"<svg width='300' height='60'><text x='-900' y='20'>统一社会信用代码 {CODE}</text></svg>",
        "",
    ),
    "media screen": (LIC, "@media screen{.lic{display:none}}"),
    "media wide": (LIC, "@media (min-width:600px){.lic{display:none}}"),
    "supports": (LIC, "@supports (display:grid){.lic{display:none}}"),
    "layer loses to nothing": (LIC, "@layer base{.lic{display:none}}"),
    "attribute selector": (LIC, "[class*=lic]{display:none}"),
    "nth child": ("<section><p>一</p>" + LIC + "</section>", "section>:nth-child(2){display:none}"),
    "not": (LIC, "body>div:not(.shown){display:none}"),
    "is": (LIC, ":is(.lic,.none){display:none}"),
    "sibling": ("<p class='a'></p>" + LIC, ".a+.lic{display:none}"),
    "specificity": (LIC, "body .lic{display:none}.lic{display:block}"),
    "order": (LIC, ".lic{display:block}.lic{display:none}"),
    "a stray brace spoils the rule after it": (LIC, ".lic{display:none;;}}} .lic{display:block} @media{"),
    "script hides it": (
        LIC.replace("class=", "id='z' class=")
        + "<script>document.getElementById('z').style.display='none'</script>",
        "",
    ),
    "script removes visibility": (
        LIC + "<script>document.querySelector('.lic').style.cssText='visibility:hidden'</script>",
        "",
    ),
    "a little above": ("<div style='position:absolute;top:-300px'>" + LIC + "</div>", ""),
    "as wide as it is left": ("<div style='position:absolute;left:-200px;width:200px'>" + LIC + "</div>", ""),
    "covered": (
        "<div class='w'>" + LIC + "<div class='c'></div></div>",
        ".w{position:relative}.c{position:absolute;inset:0;background:#fff}",
    ),
    "covered by size": (
        "<div class='w'><div class='c'></div>" + LIC + "</div>",
        ".w{position:relative}.c{position:absolute;top:0;left:0;width:100%;height:100%;background:#fff}",
    ),
    "masked": (LIC, ".lic{mask:linear-gradient(transparent,transparent)}"),
    "zoomed out": (LIC, ".lic{zoom:.01}"),
    "a link to nowhere opens nothing": (
        "<a href='#'>首页</a>" + LIC.replace("class='lic'", "style='display:none'"),
        "",
    ),
    "its own attribute opens nothing": (
        "<div id='z' data-target='z' style='display:none'>" + INNER + "</div>",
        "",
    ),
    "a hidden button opens nothing": (
        "<button style='display:none' aria-controls='z'>证照</button><div id='z' hidden>" + LIC + "</div>",
        "",
    ),
    "popover without opener": ("<div popover>" + LIC + "</div>", ""),
}

VISIBLE = {
    "plain": (LIC, ""),
    "later rule shows it": (LIC, ".lic{display:none}.lic{display:block}"),
    "stronger selector shows it": (
        "<div class='z'>" + LIC + "</div>",
        ".lic{display:none}.z .lic{display:block}",
    ),
    "inline shows it": ("<div class='lic' style='display:block'>" + INNER + "</div>", ".lic{display:none}"),
    "important shows it": (LIC, ".lic{display:block!important}.lic{display:none}"),
    "print only": (LIC, "@media print{.lic{display:none}}"),
    "narrow only": (LIC, "@media (max-width:480px){.lic{display:none}}"),
    "print sheet": (LIC + "<style media='print'>.lic{display:none}</style>", ""),
    "dark mode only": (LIC, "@media (prefers-color-scheme:dark){.lic{display:none}}"),
    "layer loses": (LIC, "@layer a{.lic{display:none}} .lic{display:block}"),
    "other class": (LIC, ".licence{display:none}.lic .no{display:none}"),
    "child visible again": (
        "<div style='visibility:hidden'><div style='visibility:visible'>" + LIC + "</div></div>",
        "",
    ),
    "child larger again": (
        "<div style='font-size:0'><div style='font-size:14px'>" + LIC + "</div></div>",
        "",
    ),
    "white on dark": ("<div style='background:#222'>" + LIC + "</div>", ".lic{color:#fff}"),
    "white on dark by image": (LIC, ".lic{background:url(dark.jpg);color:#fff}"),
    "grey": (LIC, ".lic{color:#999}"),
    "light grey on white is poor, not hidden": (LIC, ".lic{color:#ccc}"),
    "dark gradient": (LIC, ".lic{background:linear-gradient(#111,#333);color:#fff}"),
    "white body of dark page": (LIC, "body{background:#111}.lic{color:#eee}"),
    "text of dark body": (
        "<div style='background:#fff'>" + LIC + "</div>",
        "body{background:#111;color:#eee}.lic{color:#222}",
    ),
    "under a see-through sheet": (
        "<div class='w'>" + LIC + "<div class='c'></div></div>",
        ".w{position:relative}.c{position:absolute;inset:0;background:rgba(255,255,255,.3)}",
    ),
    "over a coloured sheet": (
        "<div class='w'><div class='c'></div>" + LIC + "</div>",
        ".w{position:relative}.c{position:absolute;inset:0;background:#eef;z-index:-1}",
    ),
    "above a sheet": (
        "<div class='w'><div class='c'></div>" + LIC + "</div>",
        ".w{position:relative}.c{position:absolute;inset:0;background:#eef}.lic{position:relative;z-index:2}",
    ),
    "a corner of a box": (
        "<div class='w'>" + LIC + "<div class='c'></div></div>",
        ".w{position:relative}.c{position:absolute;top:0;right:0;background:#f00}",
    ),
    "half transparent": (LIC, ".lic{opacity:.6}"),
    "absolute footer": (LIC, ".lic{position:absolute;left:0;bottom:0}"),
    "centred by negative margin": (LIC, ".lic{position:absolute;left:50%;margin-left:-300px}"),
    "centred by translate": (LIC, ".lic{position:absolute;left:50%;transform:translate(-50%,0)}"),
    "indent of a paragraph": (LIC, ".lic p{text-indent:2em}"),
    "overflow hidden with height": (LIC, ".lic{height:200px;overflow:hidden}"),
    "height zero but overflowing": (LIC, ".lic{height:0}"),
    "clip path shape": (LIC, ".lic{clip-path:inset(0 round 8px)}"),
    "small print": (LIC, ".lic{font-size:10px}"),
    "rem": (LIC, ".lic{font-size:.75rem}"),
    "z index": (LIC, ".lic{position:relative;z-index:-1}"),
    "hover rule": (LIC, ".lic:hover{display:none}"),
    "comment in css": (LIC, "/* .lic{display:none} */"),
    "hidden attribute overridden": ("<div hidden style='display:block'>" + LIC + "</div>", ""),
    "open details": ("<details open><summary>证照</summary>" + LIC + "</details>", ""),
    "open dialog": ("<dialog open>" + LIC + "</dialog>", ""),
    "aria hidden is still seen": ("<div aria-hidden='true'>" + LIC + "</div>", ""),
    "duplicate for phones": (LIC + "<div class='m' style='display:none'>" + LIC + "</div>", ""),
    "input value": (
        f"<p>企业名称：{NAME}</p><label>统一社会信用代码</label><input readonly value='{CODE}'>",
        "",
    ),
    "textarea": (f"<p>企业名称：{NAME}</p><textarea>统一社会信用代码：{CODE}</textarea>", ""),
    "svg": (
        f"<svg><text x='5' y='20'>{NAME}</text><text x='5' y='40'>统一社会信用代码 {CODE}</text></svg>",
        "",
    ),
    "iframe": ('<iframe srcdoc="' + LIC.replace('"', "'") + '" width="600" height="90"></iframe>', ""),
    "generated content": ("<p class='n'>统一社会信用代码：</p>", f".n::after{{content:'{CODE}'}}"),
    "generated from attribute": (
        f"<p class='n' data-c='{CODE}'>统一社会信用代码：</p>",
        ".n:after{content:attr(data-c)}",
    ),
    "sheet for screens": (LIC + "<style media='screen'>.lic{color:#222}</style>", ""),
    "nested frame data": (
        "<iframe src='data:text/html,%3Cp%3E统一社会信用代码：" + CODE + "%3C/p%3E'></iframe>",
        "",
    ),
}

REACHABLE = {
    "details": ("<details><summary>营业执照</summary>" + LIC + "</details>", ""),
    "checkbox": (
        "<input type='checkbox' id='t'><label for='t'>证照</label>" + LIC,
        ".lic{display:none}#t:checked~.lic{display:block}",
    ),
    "hover": (
        "<div class='tip'>证照" + LIC + "</div>",
        ".tip .lic{display:none}.tip:hover .lic{display:block}",
    ),
    "hover by visibility": (
        "<div class='tip'>证照" + LIC + "</div>",
        ".tip .lic{visibility:hidden}.tip:hover .lic{visibility:visible}",
    ),
    "target": (
        "<a href='#z'>证照</a><div id='z'>" + LIC + "</div>",
        "#z{display:none}#z:target{display:block}",
    ),
    "focus within": (
        "<div class='tip' tabindex='0'>证照" + LIC + "</div>",
        ".lic{display:none}.tip:focus-within .lic{display:block}",
    ),
    "onclick": (
        "<a onclick=\"document.getElementById('z').style.display='block'\">证照</a>"
        "<div id='z' style='display:none'>" + LIC + "</div>",
        "",
    ),
    "onclick function": (
        "<a href='javascript:;' onclick='show()'>证照</a><div id='z' style='display:none'>" + LIC + "</div>"
        "<script>function show(){document.getElementById('z').style.display='block'}</script>",
        "",
    ),
    "listener": (
        "<button id='b'>证照</button><div id='z' style='display:none'>" + LIC + "</div>"
        "<script>document.getElementById('b').addEventListener('click',funct"
        "ion(){document.getElementById('z').style.display='block'})</script>",
        "",
    ),
    "jquery": (
        "<a class='b'>证照</a><div class='pop' style='display:none'>" + LIC + "</div>"
        "<script>$('.b').click(function(){$('.pop').toggle()})</script>",
        "",
    ),
    "next sibling": (
        "<h4 onclick=\"this.nextElementSibling.style.display='block'\">证照</h4><div style='display:none'>"
        + LIC
        + "</div>",
        "",
    ),
    "bootstrap": (
        "<a data-bs-toggle='collapse' data-bs-target='#z'>证照</a><div id='z' style='display:none'>"
        + LIC
        + "</div>",
        "",
    ),
    "aria controls": (
        "<button aria-controls='z' aria-expanded='false'>证照</button><div id='z' hidden>" + LIC + "</div>",
        "",
    ),
    "tab": ("<ul><li data-tab='z'>证照</li></ul><div id='z' style='display:none'>" + LIC + "</div>", ""),
    "popover": ("<button popovertarget='z'>证照</button><div id='z' popover>" + LIC + "</div>", ""),
    "dialog with opener": (
        "<button onclick=\"document.getElementById('z').showModal()\">证照</button><dialog id='z'>"
        + LIC
        + "</dialog>",
        "",
    ),
    "accordion height": (
        "<div class='acc' tabindex='0'>证照" + LIC + "</div>",
        ".lic{max-height:0;overflow:hidden}.acc:focus .lic{max-height:500px}",
    ),
}


@pytest.mark.parametrize("way", HIDDEN)
def test_what_nobody_sees_is_hidden(way: str):
    outcome = decide(*HIDDEN[way])
    assert outcome.codes == ("LIC-HIDDEN",), way
    assert outcome.facts[0].quote


@pytest.mark.parametrize("way", VISIBLE)
def test_what_a_visitor_sees_counts(way: str):
    assert decide(*VISIBLE[way]).codes == ("OK",), way


@pytest.mark.parametrize("way", REACHABLE)
def test_what_a_visitor_can_open_counts_as_a_link(way: str):
    assert decide(*REACHABLE[way]).codes == ("OK-LINK",), way


def test_the_rule_that_hides_is_named():
    fact = decide(LIC, ".lic{display:none}").facts[0]
    assert ".lic {display: none}" in fact.rule
    assert "div.lic" in fact.where


def test_hidden_characters_inside_a_number_do_not_count():
    decoy = f"<p>统一社会信用代码：{CODE[:6]}<span style='display:none'>77</span>{CODE[6:]}</p>"
    assert decide(f"<p>企业名称：{NAME}</p>{decoy}").codes == ("OK",)


def test_invisible_text_does_not_change_a_verdict():
    wrong = CODE[:-1] + ("0" if CODE[-1] != "0" else "1")
    shown = licence_block(wrong)
    assert decide(shown + f"<div style='display:none'>{LIC}</div>").codes == ("LIC-INVALID-NUMBER",)
    assert decide(
        f"<p><span style='display:none'>本店</span>生产企业：{NAME} 统一社会信用代码：{CODE}</p>"
    ).codes == ("LIC-MISSING",)
    assert decide(f"<p><span style='font-size:0'>生产企业：</span>统一社会信用代码：{CODE}</p>").codes == (
        "OK",
    )
    hidden = "<p style='color:#fff'>个人从事零星小额交易活动，依法不需要办理市场主体登记</p>"
    assert "OK-EXEMPT-DECLARATION" not in decide(hidden).codes


def test_a_page_without_elements_is_empty():
    for html in ("", "   ", "\x00\x00", "<!---->", "<<<>>>"):
        assert "".join(piece.text for line in read_page(html).lines for piece in line.pieces).strip() in {
            "",
            "<<<>>>",
            "<<>>>",
        }


def test_deep_and_wide_markup_is_read_within_bounds():
    deep = "<div>" * 3000 + LIC + "</div>" * 3000
    assert read_page(a_page(deep)).lines
    assert read_page(a_page("<i>1</i>" * 50_000)).view(Seen.VISIBLE).text.count("1") >= 50_000


def test_a_megabyte_of_css_is_applied():
    css = (
        "".join(f".c{n} > .d{n}:hover{{color:#fff;margin:0}}\n" for n in range(28_000)) + ".lic{display:none}"
    )
    assert len(css) > 1_000_000
    assert decide(LIC, css).codes == ("LIC-HIDDEN",)


def test_a_flood_of_selectors_is_cut_and_said():
    css = "* *{color:#111}" * 20_000
    outcome = decide("<i>1</i>" * 5_000, css)
    assert outcome.codes == ("NOT-OBSERVED",)
    assert [warning.code for warning in outcome.warnings][:1] == ["LIC-NOT-RENDERED"]


LATER = {
    "nested rules": ".o{.p{display:none}}",
    "nested with &": ".o{& .p{color:#fff}}",
    "animation that stays": ".p{animation:f 0s forwards}@keyframes f{to{opacity:0}}",
    "container": "@container (min-width:1px){.p{display:none}}",
    "flat matrix": ".p{transform:matrix(0,0,0,0,0,0)}",
    "image replacement": ".p{text-indent:100%;white-space:nowrap;overflow:hidden}",
    "logical size": ".p{block-size:0;overflow:hidden}",
    "times nothing": ".p{font-size:calc(1px*0)}",
}
NOT_YET = {
    "unsupported": "@supports not (display:grid){.p{display:none}}",
    "fades in": ".p{opacity:0;animation:f 1s forwards}@keyframes f{to{opacity:1}}",
    "matrix that moves": ".p{transform:matrix(1,0,0,1,4,0)}",
}
OPENED = {
    "dialogue that fades": (
        "<a data-bs-toggle='modal' href='#m'>执照</a><div class='m' id='m'>{}</div>",
        ".m{display:none;opacity:0}",
    ),
    "dialog element": ("<button onclick='d.showModal()'>执照</button><dialog id='d'>{}</dialog>", ""),
    "next by script": (
        "<h3 class='a'>执照</h3><div class='c'>{}</div>"
        "<script>$('.a').click(function(){{$(this).next().toggle()}})</script>",
        ".c{display:none}",
    ),
    "class on the parent": (
        "<dl class='fold'><dd>{}</dd>"
        "<dt onclick=\"this.parentElement.classList.toggle('is-on')\">执照</dt></dl>",
        ".fold dd{height:0;overflow:hidden}.fold.is-on > dd{height:auto}",
    ),
    "class on what is further out": (
        "<section class='s'><p><button onclick=\"this.closest('.s').classList.add('wide')\">执照</button></p>"
        "<div class='c'>{}</div></section>",
        ".c{display:none}.s.wide .c{display:block}",
    ),
    "class by jQuery": (
        "<div><h3><a onclick=\"$(this).parent().parent().toggleClass('on')\">执照</a></h3>"
        "<div class='c'>{}</div></div>",
        ".c{opacity:0}.on .c{opacity:1}",
    ),
    "state": ("<button v-on:click='s=!s'>执照</button><div v-show='s' style='display:none'>{}</div>", ""),
}


SIDE_BY_SIDE = {
    "placed boxes": (
        "<p>{n}</p><div class='r'><b>信用代码</b>"
        "<i style='left:120px'>{c}</i><i style='left:400px'>2016-05-04</i></div>",
        ".r{position:relative}.r i{position:absolute;top:0}",
    ),
    "floats": ("<p>{n}</p><p><b>信用代码</b><i>{c}</i><i>13800138000</i></p>", "p b,p i{float:left}"),
    "row of items": (
        "<div class='r'><span>{n}</span><span>{c}</span><span>2016-05-04</span></div>",
        ".r{display:flex;justify-content:space-between}",
    ),
    "boxes of a width": (
        "<p>{n}</p><p><i>信用代码</i><i>{c}</i><i>330106</i></p>",
        "p i{display:inline-block;width:12em}",
    ),
    "a box for every letter": ("<p>{n}</p><p>信用代码<u>{s}</u></p>", "u i{float:left}"),
}


@pytest.mark.parametrize(("body", "css"), SIDE_BY_SIDE.values(), ids=SIDE_BY_SIDE)
def test_what_stands_in_boxes_side_by_side_is_not_read_as_one_number(body: str, css: str) -> None:
    spelled = "".join(f"<i>{letter}</i>" for letter in CODE)
    assert decide(body.format(n=NAME, c=CODE, s=spelled), css).codes == ("OK",)


STAYS_SHUT = {
    "class that changes a colour": (
        "<div><b onclick=\"this.parentNode.classList.toggle('on')\">公告</b><div class='c'>{}</div></div>",
        ".c{display:none}.on .c{color:#000}",
    ),
    "class on another box": (
        "<div><p><b onclick=\"this.parentNode.classList.toggle('on')\">公告</b></p>"
        "<div class='c'>{}</div></div>",
        ".c{display:none}.on .c{display:block}",
    ),
    "control inside what is hidden": (
        "<div class='c'><b onclick=\"this.parentNode.classList.toggle('on')\">公告</b>{}</div>",
        ".c{display:none}.c.on{display:block}",
    ),
    "control that nobody sees": (
        "<div><b hidden onclick=\"this.parentNode.classList.toggle('on')\">公告</b>"
        "<div class='c'>{}</div></div>",
        ".c{display:none}.on .c{display:block}",
    ),
}


@pytest.mark.parametrize("css", LATER.values(), ids=LATER)
def test_newer_ways_of_styles_hide(css: str) -> None:
    outcome = decide(f"<div class='o'><div class='p'>{licence_block()}</div></div>", css)
    assert outcome.codes == ("LIC-HIDDEN",)
    assert outcome.facts[0].rule


@pytest.mark.parametrize("css", NOT_YET.values(), ids=NOT_YET)
def test_their_harmless_look_alikes_do_not(css: str) -> None:
    assert decide(f"<div class='o'><div class='p'>{licence_block()}</div></div>", css).codes == ("OK",)


@pytest.mark.parametrize(("body", "css"), OPENED.values(), ids=OPENED)
def test_what_a_click_brings_out_can_be_reached(body: str, css: str) -> None:
    assert decide(body.format(licence_block()), css).codes == ("OK-LINK",)


@pytest.mark.parametrize(("body", "css"), STAYS_SHUT.values(), ids=STAYS_SHUT)
def test_what_no_click_brings_out_stays_hidden(body: str, css: str) -> None:
    assert decide(body.format(licence_block()), css).codes == ("LIC-HIDDEN",)


FLOODS = {
    "children that count each other": ("i:nth-child(3n+1){top:1px}" * 400, "<i>1</i>" * 20_000),
    "rules for everything": ("*{top:1px}" * 5_000, "<i>1</i>" * 20_000),
    "has in has": ("div:has(span:has(+ i)) ~ div:has(b){top:1px}" * 900, "<div><span>1</span></div>" * 5_000),
    "a selector without end": (",".join(f"p:not(.l{n})" for n in range(9_000)) + "{top:1px}", ""),
    "conditions without end": ("@media screen{" * 60 + ".lic{display:none}", ""),
    "rules in rules without end": (".a,.b{" + "&,& &{" * 30 + "top:1px", "<p class='a b'>x</p>"),
    "a sheet too long": (".x{top:1px}" * 300_000, ""),
    "one block too long": (".lic{" + "top:1px;" * 300_000 + "}", ""),
}


@pytest.mark.parametrize(("css", "body"), FLOODS.values(), ids=FLOODS)
def test_where_styles_are_left_out_nothing_is_called_shown_or_hidden(css: str, body: str) -> None:
    for block in (LIC, "<div style='display:none'>" + LIC + "</div>"):
        outcome = decide(block + body, css)
        assert outcome.codes == ("NOT-OBSERVED",)
        assert "LIC-NOT-RENDERED" in {warning.code for warning in outcome.warnings}


PERMITS = f"<p>{FOOD_PERMIT}</p><p>有效期至2020年1月1日</p><p>食品经营许可证：JY13301060123457</p>"


def test_where_styles_are_left_out_no_permit_is_called_wrong() -> None:
    css = FLOODS["rules for everything"][0] * 4
    for linked in ({}, {"https://shop.example/zz": a_page(LIC + PERMITS + "<i>1</i>" * 20_000, css)}):
        body = "<a href='/zz'>营业执照</a>" if linked else LIC + PERMITS + "<i>1</i>" * 20_000
        outcome = decide(body, "" if linked else css, category="food", linked=linked)
        assert outcome.codes == ("NOT-OBSERVED",)
    assert "PERMIT-EXPIRED" in decide(LIC + PERMITS, category="food").codes


def test_scripts_that_do_too_much_leave_the_page_unjudged() -> None:
    writes = "document.body.innerHTML+='<p>x</p>';" * 500
    outcome = decide("<i>1</i>" * 20_000 + LIC + f"<script>{writes}</script>")
    assert outcome.codes == ("NOT-OBSERVED",)


CONDITIONS = {
    "@supports (no-such:1)": False,
    "@supports not (display:grid)": False,
    "@supports (display:grid) and (not (no-such:1))": True,
    "@supports selector(:has(a))": True,
    "@media (no-such:1)": False,
    "@media not all and (no-such:1)": False,
    "@media (400px<=width<=2000px)": True,
    "@media (-webkit-min-device-pixel-ratio:2)": False,
    "@media not screen": False,
    "@media ((max-width:9px) or (hover)) and (min-width:600px)": True,
}


@pytest.mark.parametrize("condition", CONDITIONS)
def test_conditions_of_style_sheets(condition: str) -> None:
    codes = decide(LIC, f"{condition}{{.lic{{display:none}}}}").codes
    assert codes == (("LIC-HIDDEN",) if CONDITIONS[condition] else ("OK",))


SELECTORS = {
    "body>:not(.a,.lic)": False,
    "body>div:not(.a,.b)": True,
    "div:has(> p)": True,
    "div:has(> span)": False,
    "h1 ~ div:has(+ i)": False,
    "*:not(:has(*))": True,
    "div:no-such": False,
    "div:not(:no-such)": False,
    "[CLASS='LIC' i]": True,
    "div:nth-last-child(1)": True,
    ".li\\63": True,
    "p:enabled": False,
}


@pytest.mark.parametrize("selector", SELECTORS)
def test_selectors_mean_what_a_browser_takes_them_for(selector: str) -> None:
    codes = decide(LIC, f"{selector}{{display:none}}").codes
    assert codes == (("LIC-HIDDEN",) if SELECTORS[selector] else ("OK",))


@pytest.mark.parametrize(
    ("head", "seen"),
    [
        ("<style>html{font-size:50px}.s{font-size:.28rem}</style>", True),
        ("<style>html{font-size:10vw}.s{font-size:.3rem}</style>", True),
        (
            "<style>.s{font-size:.28rem}</style><script>var docEl=document.documentElement;"
            "docEl.style.fontSize=100*(docEl.clientWidth/750)+'px';</script>",
            True,
        ),
        ("<style>.s{font-size:.2rem}</style>", False),
        ("<style>html{font-size:50px}.s{font-size:.02rem}</style>", False),
    ],
)
def test_rem_is_measured_by_the_root(head: str, seen: bool) -> None:
    page = read_page(f"<html><head>{head}</head><body><p class=s>{CODE}</p></body></html>")
    assert (CODE in page.view(Seen.VISIBLE).text) is seen


def test_the_picture_of_a_picture_element_is_seen() -> None:
    html = "<picture><source srcset='/a.webp'><img src='/a.jpg' alt='营业执照' width=600></picture>"
    assert [use.seen for use in read_page(a_page(html)).pictures] == [Seen.VISIBLE]
