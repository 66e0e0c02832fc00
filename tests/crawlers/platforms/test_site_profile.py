"""What an officer may write wrong, and the line that the error names."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawlers.platforms.registry import BUNDLED_PROFILES
from crawlers.platforms.site_profile import load_profile, parse_profile
from domain.errors import SiteProfileError


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("name: a\nlisting:\n  fields:\n    title: [{css: 'h1['}]\n", r"t\.yaml:4: .*CSS selector"),
        ("name: a\nlisting:\n  fields:\n    title:\n      - {xpath: '//h1['}\n", r"t\.yaml:5: .*XPath"),
        ("name: a\nlisting:\n  fields:\n    title: [{css: h1, xpath: //h1}]\n", r"t\.yaml:4: .*exactly one"),
        ("name: a\nlisting:\n  fields:\n    title: [{css: h1, regex: '('}]\n", r"t\.yaml:4: .*regex"),
        ("name: a\nlisting:\n  fields:\n    title: []\n", r"t\.yaml:4: "),
        ("name: a\nlisting:\n  fields:\n    titel: [{css: h1}]\n", r"t\.yaml:4: listing\.fields\.titel"),
        ("name: a\nlisting:\n  fields: {brand: [{css: b}]}\n", r"t\.yaml:2: .*'title' is missing"),
        (
            "name: a\nlisting:\n  fields:\n    title: {from: [{css: h1}], kind: price}\n",
            r"t\.yaml:3: .*title is text",
        ),
        ("name: a\nsearch: {url: /s, card: li, fields: {url: [{css: a}]}}\n", r"t\.yaml:2: .*\{keyword\}"),
        (
            "name: a\nsearch: {url: '/s?{keyword}', card: li, fields: {title: [{css: a}]}}\n",
            "'url' is missing",
        ),
        ("name: a\nzone: Mars/Crater\n", r"t\.yaml:2: .*unknown time zone"),
        ("name: a\nname: b\n", r"t\.yaml:2: 'name' is given twice"),
        ("name: a\n  b: c\n", "line 2"),
        ("- a\n", r"t\.yaml:1: "),
        ("", r"t\.yaml:1: "),
        ("name: a\nx: \x00\n", "t.yaml"),
    ],
)
def test_error_names_file_line_and_field(text: str, says: str) -> None:
    with pytest.raises(SiteProfileError, match=says):
        parse_profile(text, source="t.yaml")


def test_file_that_cannot_be_read_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(SiteProfileError, match="cannot be read"):
        load_profile(tmp_path / "missing.yaml")
    (tmp_path / "gbk.yaml").write_bytes("name: 店".encode("gbk"))
    with pytest.raises(SiteProfileError, match="cannot be read"):
        load_profile(tmp_path / "gbk.yaml")


@pytest.mark.parametrize("name", ["schema-org", "django-oscar"])
def test_bundled_profile_bears_the_name_of_its_file(name: str) -> None:
    assert load_profile(BUNDLED_PROFILES / f"{name}.yaml").name == name


def test_example_in_the_guide_is_a_profile_that_parses() -> None:
    guide = (Path(__file__).parents[3] / "docs/adding-a-platform.md").read_text(encoding="utf-8")
    blocks = [block.partition("```")[0] for block in guide.split("```yaml\n")[1:]]
    (example,) = [block for block in blocks if block.startswith("name:")]
    profile = parse_profile(example, source="adding-a-platform.md")
    assert all((profile.search, profile.listing, profile.shop, profile.reviews, profile.whole_site))
