"""Ways to take text out of sight, and their harmless look-alikes: markup and styles of each.

``{LIC}`` stands for a block with the licence, ``{CODE}`` for its number, ``{NAME}`` for its holder.
"""

# ruff: noqa: E501

from __future__ import annotations

OUT_OF_SIGHT = {
    "sheet as high as its box": (
        "<div class='o'>{LIC}<div class='c'></div></div>",
        ".o{position:relative;height:90px;overflow:hidden}.c{position:absolute;left:0;top:0;width:100%;height:90px;background:#fff}",
    ),
    "gradient text ground": ("{LIC}", ".lic{background:linear-gradient(#fff,#fff);color:#fff}"),
    "overflow hidden parent of indent": (
        "<div class='o'>{LIC}</div>",
        ".o{width:0;overflow:hidden;white-space:nowrap}",
    ),
    "overflow clip": ("{LIC}", ".lic{height:0;overflow:clip}"),
    "noembed": ("<noembed>{LIC}</noembed>", ""),
    "scaleX0": ("{LIC}", ".lic{transform:scaleX(0)}"),
    "scale3d": ("{LIC}", ".lic{transform:scale3d(0,1,1)}"),
    "rotateX": ("{LIC}", ".lic{transform:rotateX(90deg)}"),
    "rotate prop": ("{LIC}", ".lic{rotate:y 90deg}"),
    "rotate .25turn": ("{LIC}", ".lic{transform:rotateY(.25turn)}"),
    "translate3d": ("{LIC}", ".lic{transform:translate3d(-9999px,0,0)}"),
    "translate -100vw": ("{LIC}", ".lic{transform:translateX(-200vw)}"),
    "mask none": ("{LIC}", ".lic{-webkit-mask-image:linear-gradient(transparent 0 0)}"),
    "mask alpha 0": ("{LIC}", ".lic{mask-image:linear-gradient(rgba(0,0,0,0),rgba(0,0,0,0))}"),
    "mask size": ("{LIC}", ".lic{mask:linear-gradient(#000,#000) 0 0/0 0 no-repeat}"),
    "fill transparent": ("{LIC}", ".lic{-webkit-text-fill-color:transparent}"),
    "clip text white grad": (
        "{LIC}",
        ".lic{background:linear-gradient(#fff,#fff);-webkit-background-clip:text;color:transparent}",
    ),
    "blend screen": ("{LIC}", ".lic{mix-blend-mode:screen;color:#000;background:#000}"),
    "blend lighten": ("{LIC}", ".lic{mix-blend-mode:lighten}"),
    "brightness": ("{LIC}", ".lic{filter:brightness(0) invert(1)}"),
    "brightness big": ("{LIC}", ".lic{filter:brightness(100)}"),
    "contrast": ("{LIC}", ".lic{background:#fff;filter:contrast(0)}"),
    "invert same": ("{LIC}", ".lic{background:#000;color:#000;filter:invert(1)}"),
    "clip-path path": ("{LIC}", ".lic{clip-path:path('M0 0')}"),
    "clip-path inset px": ("{LIC}", ".lic{clip-path:inset(0 100% 0 0)}"),
    "clip-path xywh": ("{LIC}", ".lic{clip-path:xywh(0 0 0 0)}"),
    "clip-path rect": ("{LIC}", ".lic{clip-path:rect(0 0 0 0)}"),
    "clip-path url": ("{LIC}", ".lic{clip-path:polygon(0% 0%, 0% 0%, 0% 0%)}"),
    "fontsize calc": ("{LIC}", ".lic{font-size:calc(0px)}"),
    "fontsize .1em": ("{LIC}", ".lic{font-size:.01em}"),
    "max-width 0": ("{LIC}", ".lic{max-width:0;overflow:hidden;white-space:nowrap}"),
    "select option hidden": ("<select hidden><option>统一社会信用代码：{CODE}</option></select>", ""),
    "option display none": (
        "<select><option style='display:none'>统一社会信用代码：{CODE}</option></select>",
        "",
    ),
    "nested iframe hidden": ('<div style="display:none"><iframe srcdoc="{LIC}"></iframe></div>', ""),
    "iframe 1px": ('<iframe srcdoc="{LIC}" style="width:1px;height:1px"></iframe>', ""),
    "video fallback": ("<video>{LIC}</video>", ""),
    "canvas fallback": ("<canvas>{LIC}</canvas>", ""),
    "object fallback ok?": ("<math><annotation>{CODE}</annotation></math>", ""),
    "svg defs": ("<svg><defs><text>统一社会信用代码 {CODE}</text></defs></svg>", ""),
    "svg opacity": ("<svg><text opacity='0'>统一社会信用代码 {CODE}</text></svg>", ""),
    "svg fill-opacity": ("<svg><text fill-opacity='0'>统一社会信用代码 {CODE}</text></svg>", ""),
    "svg display": ("<svg><text display='none'>统一社会信用代码 {CODE}</text></svg>", ""),
    "svg visibility": ("<svg><text visibility='hidden'>统一社会信用代码 {CODE}</text></svg>", ""),
    "svg white": ("<svg><text fill='#fff'>统一社会信用代码 {CODE}</text></svg>", ""),
    "svg title": (
        "<svg width=20 height=20><title>统一社会信用代码 {CODE}</title><desc>统一社会信用代码 {CODE}</desc></svg>",
        "",
    ),
    "svg symbol": ("<svg><symbol><text>统一社会信用代码 {CODE}</text></symbol></svg>", ""),
    "svg font 0": ("<svg><text font-size='0'>统一社会信用代码 {CODE}</text></svg>", ""),
    "before hidden": ("<p class='n'></p>", ".n::before{content:'统一社会信用代码：{CODE}';opacity:0}"),
    "before white": ("<p class='n'></p>", ".n::before{content:'统一社会信用代码：{CODE}';color:#fff}"),
    "before font0": ("<p class='n'></p>", ".n::before{content:'统一社会信用代码：{CODE}';font-size:0}"),
    "before off": (
        "<p class='n'></p>",
        ".n::before{content:'统一社会信用代码：{CODE}';position:absolute;left:-9999px}",
    ),
    "shadow closed unslotted": ("<div><template shadowrootmode='open'><p>x</p></template>{LIC}</div>", ""),
    "all unset hidden": ("{LIC}", ".lic{color:#fff!important}"),
    "inherit color from white": ("<div style='color:#fff'><div style='color:inherit'>{LIC}</div></div>", ""),
    "currentcolor bg": ("{LIC}", ".lic{background:currentcolor}"),
    "print only shown": ("{LIC}", ".lic{display:none}@media print{.lic{display:block}}"),
    "link data": ("<link rel=stylesheet href='data:text/css,.lic%7Bdisplay:none%7D'>{LIC}", ""),
    "inputs hid": ("<input style='display:none' value='统一社会信用代码：{CODE}'>", ""),
    "password": ("<p>统一社会信用代码</p><input type=password value='{CODE}'>", ""),
    "textarea rows hid": ("<textarea style='opacity:0'>统一社会信用代码：{CODE}</textarea>", ""),
    "marquee off": ("{LIC}", ".lic{position:absolute;top:-9999px}"),
    "line height": ("{LIC}", ".lic{line-height:0;height:0;overflow:hidden}"),
    "color-mix": ("{LIC}", ".lic{color:color-mix(in srgb,#fff 100%,#000)}"),
    "light-dark": ("{LIC}", ".lic{color:light-dark(#fff,#000)}"),
    "text-shadow no": ("{LIC}", ".lic{color:rgb(0 0 0 / 0%)}"),
    "backdrop white opaque after": (
        "<div class='w'>{LIC}</div>",
        ".w{position:relative}.w::after{content:'';position:absolute;inset:0;background:#fff}",
    ),
    "perspective": ("{LIC}", ".lic{transform:matrix3d(0,0,0,0,0,0,0,0,0,0,1,0,0,0,0,1)}"),
    "offset-path": ("{LIC}", ".lic{offset-path:path('M-9999 0');}"),
    "inset-inline": ("{LIC}", ".lic{position:absolute;inset-inline-start:-9999px}"),
    "zero grid rows": (
        "<div class='g'>{LIC}</div>",
        ".g{display:grid;grid-template-rows:0fr;overflow:hidden}.g .lic{min-height:0;overflow:hidden}",
    ),
    "moved back elsewhere": (
        "<div class='p'><div class='q'>{LIC}</div></div>",
        ".p{position:absolute;left:-9999px}.q{position:relative;left:300px}",
    ),
    "moved back and white": (
        "<div class='p'><div class='q'>{LIC}</div></div>",
        ".p{position:absolute;left:-9999px}.q{position:fixed;left:0;top:0;color:#fff}",
    ),
    "moved back inside what is not displayed": (
        "<div class='p'><div style='display:none'><div class='q'>{LIC}</div></div></div>",
        ".p{position:absolute;left:-9999px}.q{position:fixed;left:0;top:0}",
    ),
    "fixed in a transformed box": (
        "<div class='p'><div class='q'>{LIC}</div></div>",
        ".p{transform:translateX(-9999px)}.q{position:fixed;left:0;top:0}",
    ),
    "display contents none": (
        "<div style='display:contents'><div style='display:none'>{LIC}</div></div>",
        "",
    ),
}
"""Nobody sees the number."""

IN_SIGHT = {
    "sheet lower than its box": (
        "<div class='o'>{LIC}<div class='c'></div></div>",
        ".o{position:relative;height:200px}.c{position:absolute;left:0;top:0;width:100%;height:40px;background:#fff}.lic{padding-top:60px}",
    ),
    "aria-hidden": ("<div aria-hidden=true>{LIC}</div>", ""),
    "shadow": ("<div><template shadowrootmode='open'>{LIC}</template></div>", ""),
    "shadow slot": ("<div><template shadowrootmode='open'><slot></slot></template>{LIC}</div>", ""),
    "slider": (
        "<div class='s'><div class='t'><div>a</div><div>{LIC}</div></div></div>",
        ".s{overflow:hidden;width:300px}.t{display:flex;transform:translateX(0)}",
    ),
    "scroll box": (
        "<div class='s'><div style='height:900px'></div>{LIC}</div>",
        ".s{height:100px;overflow:auto}",
    ),
    "gradient clip text": (
        "{LIC}",
        ".lic{background:linear-gradient(#f00,#00f);-webkit-background-clip:text;color:transparent}",
    ),
    "fill over transparent": ("{LIC}", ".lic{color:transparent;-webkit-text-fill-color:#333}"),
    "content-visibility auto": ("{LIC}", ".lic{content-visibility:auto}"),
    "filter grayscale": ("{LIC}", "html{filter:grayscale(1)}"),
    "invert dark mode": ("{LIC}", ".lic{background:#000;color:#fff;filter:invert(1)}"),
    "mask fade": ("{LIC}", ".lic{mask-image:linear-gradient(#000,transparent)}"),
    "mask black": ("{LIC}", ".lic{mask-image:linear-gradient(rgba(0,0,0,1),#000)}"),
    "clip-path ellipse": ("{LIC}", ".lic{clip-path:ellipse(50% 50%)}"),
    "clip circle em": ("{LIC}", ".lic{clip-path:circle(90%)}"),
    "scale .9": ("{LIC}", ".lic{transform:scale(.9)}"),
    "animation backwards": ("{LIC}", ".lic{animation:a 1s}@keyframes a{from{opacity:0}to{opacity:1}}"),
    "supports": ("{LIC}", "@supports (foo:bar){.lic{display:none}}"),
    "textarea": ("<p>企业名称：{NAME}</p><textarea>统一社会信用代码：{CODE}</textarea>", ""),
    "select": ("<p>企业名称：{NAME}</p><select><option>统一社会信用代码：{CODE}</option></select>", ""),
    "svg tspan": (
        "<p>企业名称：{NAME}</p><svg><text x=5 y=20 fill='#333'><tspan>统一社会信用代码 {CODE}</tspan></text></svg>",
        "",
    ),
    "mark bg": ("<div style='background:#fff'>{LIC}</div>", ".lic{color:#000}"),
    "inset html": ("{LIC}", "html{background:#000}body{background:none;color:#fff}"),
    "blend multiply": ("{LIC}", ".lic{mix-blend-mode:multiply}"),
    "blend difference": (
        "<div style='background:#fff'>{LIC}</div>",
        ".lic{mix-blend-mode:difference;color:#fff}",
    ),
    "layer order": ("{LIC}", "@layer a{.lic{display:none}}@layer b{.lic{display:block}}"),
    "moved back": (
        "<div class='p'><div class='q'>{LIC}</div></div>",
        ".p{position:absolute;left:-9999px;width:600px}.q{position:relative;left:10020px}",
    ),
    "moved back by a fixed place": (
        "<div class='p'><div class='q'>{LIC}</div></div>",
        ".p{position:absolute;top:-5000px}.q{position:fixed;left:20px;top:120px}",
    ),
    "moved back by transform": (
        "<div class='p'><div class='q'>{LIC}</div></div>",
        ".p{transform:translateX(-3000px)}.q{transform:translateX(3000px)}",
    ),
    "open grid rows": (
        "<div class='g'>{LIC}</div>",
        ".g{display:grid;grid-template-rows:1fr;overflow:hidden}.g .lic{min-height:0;overflow:hidden}",
    ),
    "grid rows of nothing that nothing cuts": (
        "<div class='g'>{LIC}</div>",
        ".g{display:grid;grid-template-rows:0fr}",
    ),
    "noscript shown": ("{LIC}<noscript>x</noscript>", ""),
    "fixed footer": ("{LIC}", ".lic{position:fixed;bottom:0;left:0;right:0;background:#fff;z-index:9}"),
    "popup overlay closed": (
        "{LIC}<div class='c'></div>",
        ".c{position:fixed;inset:0;background:#fff;display:none}",
    ),
    "color-mix dark": ("{LIC}", ".lic{color:color-mix(in srgb,#000 80%,#fff)}"),
}
"""Everybody does."""

BY_LAYOUT = {
    "same colour data image": (
        "{LIC}",
        ".lic{color:#fff;background:url(data:image/gif;base64,R0lGODlhAQABAIAAAP///wAAACwAAAAAAQABAAACAkQBADs=)}",
    ),
    "fixed cover": (
        "{LIC}<div class='c'></div>",
        ".lic{position:relative}.c{position:fixed;inset:0;background:#fff;z-index:99}",
    ),
    "scroll off": (
        "<div class='s'><div style='height:9000px'></div>{LIC}</div>",
        ".s{height:20px;overflow:hidden}",
    ),
}
"""Out of sight in a browser only: that takes boxes or pixels, which a reading without a browser has not.

No rule of thumb is right often enough: small pictures in the style lie under white letters to darken their ground
as often as to hide them; what covers the window as the page opens is a notice that the visitor closes; and boxes that
cut what stands below their edge are the tickers and slides that a script moves.
"""
