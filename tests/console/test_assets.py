"""Assets are those that were vetted, and all of them are ours to serve."""

import hashlib
import re

import yaml

from console.pages import HERE, STATIC, asset, integrity

OWN = {"console.css", "console.js", "charts.js", "icon.svg", "assets.lock.yaml"}


def locked() -> list[dict[str, str]]:
    entries: list[dict[str, str]] = yaml.safe_load((STATIC / "assets.lock.yaml").read_text(encoding="utf-8"))
    return entries


def test_files_of_others_are_the_ones_that_were_locked() -> None:
    for entry in locked():
        assert set(entry) == {"file", "name", "version", "licence", "source", "sha256"}
        assert hashlib.sha256((STATIC / entry["file"]).read_bytes()).hexdigest() == entry["sha256"]


def test_every_static_file_is_our_own_or_locked() -> None:
    files = {str(path.relative_to(STATIC)) for path in STATIC.rglob("*") if path.is_file()}
    assert files == OWN | {entry["file"] for entry in locked()}


def test_pages_name_no_other_host_and_hold_no_inline_script_or_style() -> None:
    templates = list(HERE.glob("templates/*.html"))
    assert len(templates) > 15
    for path in [*templates, STATIC / "console.css", STATIC / "console.js", STATIC / "charts.js"]:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"(?:src|href|url|import)\s*[=(]\s*[\"']?(?:https?:)?//", text), path
        assert not re.search(
            r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|\|\s*safe\b|javascript:", text
        ), path


def test_links_change_with_the_content_and_carry_its_digest() -> None:
    assert re.fullmatch(r"/static/console\.css\?v=[0-9a-f]{12}", asset("console.css"))
    assert integrity("console.js").startswith("sha384-")


def test_first_load_is_small() -> None:
    sizes = [path.stat().st_size for path in STATIC.iterdir()]
    assert sum(sizes) < 200 * 1024
