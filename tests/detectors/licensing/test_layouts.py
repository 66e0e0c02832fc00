"""Numbers however they are written, and licences in any layout."""

from __future__ import annotations

import pytest

from tests.detectors.licensing.builders import (
    CODE,
    NAME,
    decide,
)

WIDE = CODE.translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"})
WRITTEN = {
    "full width": WIDE,
    "lower case": CODE.lower(),
    "spaces": " ".join((CODE[:2], CODE[2:8], CODE[8:])),
    "every character spaced": " ".join(CODE),
    "hyphens": "-".join((CODE[:8], CODE[8:17], CODE[17:])),
    "dots": "·".join((CODE[:8], CODE[8:])),
    "no-break spaces": CODE[:6] + "&nbsp;" + CODE[6:12] + "&nbsp;" + CODE[12:],
    "zero width": CODE[:5] + "\u200b" + CODE[5:9] + "&#8203;&zwnj;" + CODE[9:],
    "soft hyphens": CODE[:5] + "&shy;" + CODE[5:],
    "word joiner": CODE[:5] + "\u2060" + CODE[5:],
    "element per character": "".join(f"<i>{c}</i>" for c in CODE),
    "element per pair": "".join(f"<b><span>{CODE[i : i + 2]}</span></b>" for i in range(0, 18, 2)),
    "elements on lines of the source": "\n".join(f"<span>{c}</span>" for c in CODE),
    "wbr": CODE[:9] + "<wbr>" + CODE[9:],
    "br": CODE[:9] + "<br>" + CODE[9:],
    "comment inside": CODE[:9] + "<!-- x -->" + CODE[9:],
    "entities": "".join(f"&#{ord(c)};" for c in CODE),
    "bold tail": CODE[:10] + "<strong>" + CODE[10:] + "</strong>",
    "reversed and turned": f"<bdo dir='rtl'>{CODE[::-1]}</bdo>",
    "reversed by style": f"<span style='direction:rtl;unicode-bidi:bidi-override'>{CODE[::-1]}</span>",
    "with a unit behind": CODE + "（已核验）",
    "next field on the line": CODE + " 类型：有限责任公司",
    "double-struck capitals": "".join(chr(ord(c) + 0x1D7CE - 48) if c.isdigit() else c for c in CODE),
}
BLOCKS = {
    "paragraphs": "<p>企业名称：{n}</p><p>统一社会信用代码：{c}</p>",
    "one line": "<p>名称：{n}　统一社会信用代码：{c}　类型：有限责任公司</p>",
    "definition list": "<dl><dt>名称</dt><dd>{n}</dd><dt>统一社会信用代码</dt><dd>{c}</dd></dl>",
    "table rows": (
        "<table><tr><td>名称</td><td>{n}</td></tr><tr><td>统一社会信用代码</td><td>{c}</td></tr></table>"
    ),
    "table columns": (
        "<table><tr><th>企业名称</th></tr><tr><td>{n}</td></tr><t"
        "r><th>统一社会信用代码</th></tr><tr><td>{c}</td></tr></table>"
    ),
    "heads above": (
        "<table><tr><th>统一社会信用代码</th><th>企业名称</th><th>法定代表人</th></tr>"
        "<tr><td>{c}</td><td>{n}</td><td>郑一宁</td></tr></table>"
    ),
    "heads above, name first": (
        "<table><tr><td>名称</td><td>类型</td><td>信用代码</td></tr>"
        "<tr><td>{n}</td><td>有限责任公司</td><td>{c}</td></tr></table>"
    ),
    "pairs beside each other": (
        "<table><tr><td>名称</td><td>{n}</td><td>信用代码</td><td>{c}</td></tr>"
        "<tr><td>类型</td><td>有限责任公司</td><td>住所</td><td>杭州市</td></tr></table>"
    ),
    "cell per character": "<p>名称：{n}</p><table><tr><td>统一社会信用代码</td>{cells}</tr></table>",
    "block per character": "<p>名称：{n}</p><p>统一社会信用代码</p>{blocks}",
    "flex per character": (
        "<p>名称：{n}</p><div style='display:flex'><div>统一社会信用代码：</div>{blocks}</div>"
    ),
    "divs in a row": (
        "<div style='display:flex'><div>统一社会信用代码</div><div>{c}</div></div><div>企业名称：{n}</div>"
    ),
    "spans": "<div><span>公司名称</span><span>{n}</span><br><span>信用代码</span><span>{c}</span></div>",
    "label without colon": "<p>主体名称 {n}</p><p>统一社会信用代码 {c}</p>",
    "bracketed label": "<p>【企业名称】{n}</p><p>【统一社会信用代码】{c}</p>",
    "label with note": "<p>经营者名称：{n}</p><p>统一社会信用代码（注册号/登记号）：{c}</p>",
    "label or": "<p>商户名称：{n}</p><p>统一社会信用代码或注册号：{c}</p>",
    "licence number": "<p>公司名称：{n}</p><p>营业执照编号：{c}</p>",
    "licence number short": "<p>主体：{n}</p><p>执照号 {c}</p>",
    "in a sentence": "<p>本店由{n}经营，统一社会信用代码为{c}。</p>",
    "name above": "<p>{n}</p><p>统一社会信用代码 {c}</p>",
    "number alone": "<p>{n} {c}</p>",
    "english": "<p>{n}</p><p>USCC: {c}</p>",
    "copyright line": "<p>© 2026 {n} 版权所有 统一社会信用代码：{c}</p>",
    "pipes": "<p>企业名称|{n}|统一社会信用代码|{c}|住所|杭州市西湖区</p>",
    "heading and list": "<h3>亮照信息</h3><ul><li>字号名称：{n}</li><li>社会信用代码：{c}</li></ul>",
    "labels in titles": "<div><i title='统一社会信用代码'>{c}</i> · <i title='企业名称'>{n}</i></div>",
    "labels for screen readers": (
        "<p aria-label='企业名称'>{n}</p><p><b aria-label='统一社会信用代码'>{c}</b></p>"
    ),
    "spaced label": "<p>名　　称：{n}</p><p>统一社会<br>信用代码：{c}</p>",
}


@pytest.mark.parametrize("way", WRITTEN)
def test_a_number_is_read_however_it_is_written(way: str):
    assert decide(f"<div><p>企业名称：{NAME}</p><p>统一社会信用代码：{WRITTEN[way]}</p></div>").codes == (
        "OK",
    )


@pytest.mark.parametrize("way", BLOCKS)
def test_a_licence_is_read_in_any_layout(way: str):
    values = {
        "n": NAME,
        "c": CODE,
        "cells": "".join(f"<td>{c}</td>" for c in CODE),
        "blocks": "".join(f"<div>{c}</div>" for c in CODE),
    }
    assert decide(BLOCKS[way].format(**values)).codes == ("OK",)


@pytest.mark.parametrize("way", [way for way in BLOCKS if "{n}" in BLOCKS[way] and way != "in a sentence"])
def test_another_name_is_noticed_in_any_layout(way: str):
    values = {
        "n": "杭州白榆日用品有限公司",
        "c": CODE,
        "cells": "".join(f"<td>{c}</td>" for c in CODE),
        "blocks": "".join(f"<div>{c}</div>" for c in CODE),
    }
    assert decide(BLOCKS[way].format(**values)).codes == ("LIC-NAME-MISMATCH",)


@pytest.mark.parametrize("way", [w for w in BLOCKS if w != "number alone"])
def test_a_wrong_check_character_is_noticed_in_any_layout(way: str):
    bad = CODE[:-1] + ("4" if CODE[-1] != "4" else "6")
    values = {
        "n": NAME,
        "c": bad,
        "cells": "".join(f"<td>{c}</td>" for c in bad),
        "blocks": "".join(f"<div>{c}</div>" for c in bad),
    }
    assert decide(BLOCKS[way].format(**values)).codes == ("LIC-INVALID-NUMBER",)
