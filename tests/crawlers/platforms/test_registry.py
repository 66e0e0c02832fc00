"""Which adapter reads a platform."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawlers.platforms.lingang import Lingang
from crawlers.platforms.profile import ProfileAdapter
from crawlers.platforms.registry import adapter_for, known_adapters, known_profiles
from domain.errors import SiteProfileError, SweepError
from domain.sweep import PlatformScope
from netsword.sweep import read_sweep


def a_scope(**changes: str) -> PlatformScope:
    return PlatformScope.model_validate(
        {"platform": "lingang", "base_url": "http://a.example/", "adapter": "lingang"} | changes
    )


def test_module_with_an_adapter_is_found_by_its_name() -> None:
    assert isinstance(adapter_for(a_scope()), Lingang)
    assert {"lingang", "yunfan", "profile"} <= set(known_adapters())


def test_profile_is_found_by_name_and_by_path(tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text("name: own\nlisting: {fields: {title: [{css: h1}]}}\n", encoding="utf-8")
    for profile, name in (("schema-org", "schema-org"), (str(own), "own")):
        adapter = adapter_for(a_scope(platform="x", adapter="profile", profile=profile))
        assert isinstance(adapter, ProfileAdapter)
        assert (adapter.platform, adapter.profile.name) == ("x", name)
    assert {"django-oscar", "guanshan", "schema-org"} <= set(known_profiles())


def test_profile_beside_the_sweep_file_is_found_from_anywhere(tmp_path: Path) -> None:
    (tmp_path / "profiles").mkdir()
    own = tmp_path / "profiles" / "own.yaml"
    own.write_text("name: own\nlisting: {fields: {title: [{css: h1}]}}\n", encoding="utf-8")
    file = tmp_path / "sweep.yaml"
    file.write_text(
        "name: week\ntitle: week\ncampaign: {code: w, name: w, region: w}\nstart_urls: ['http://a.example/1']\n"
        "platforms:\n"
        "  - {platform: x, base_url: 'http://a.example/', profile: profiles/own.yaml}\n"
        "  - {platform: y, base_url: 'http://b.example/', profile: schema-org}\n",
        encoding="utf-8",
    )
    assert [scope.profile for scope in read_sweep(file).platforms] == [str(own), "schema-org"]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"adapter": "lingnag"}, "→ lingang.*known: .*lingang, .*profile"),
        ({"adapter": "parse"}, "unknown adapter 'parse'"),
        ({"platform": "linggang"}, "reads platform 'lingang'"),
        (
            {"adapter": "profile", "profile": "schema.org"},
            "→ schema-org.*known: django-oscar, guanshan, .*schema-org",
        ),
        ({"adapter": "profile", "profile": "nowhere.yaml"}, "unknown site profile"),
    ],
)
def test_unknown_name_is_answered_with_the_known_ones(changes: dict[str, str], says: str) -> None:
    with pytest.raises(SweepError, match=says):
        adapter_for(a_scope(**changes))


def test_broken_profile_says_where(tmp_path: Path) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text("name: broken\nlisting:\n  felds: {}\n", encoding="utf-8")
    with pytest.raises(SiteProfileError, match=r"broken\.yaml:3: listing\.felds"):
        adapter_for(a_scope(platform="x", adapter="profile", profile=str(broken)))
