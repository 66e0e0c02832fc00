"""What cannot be done as it was written or asked for, as codes with values 问题.

A member's value is its sentence in English; ``reports/problems.yaml`` has the Chinese ones, by code.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from pydantic_core import PydanticCustomError

from domain.notes import Note

Value = str | int | float


class Problem(StrEnum):
    """One kind of problem; the places in its sentence are the names of its values."""

    # What a sweep says.
    CAMPAIGN_BACKWARDS = "the campaign ends ({end}) before it starts ({start})"
    PHASE_OUTSIDE = "phase {phase} ({start} - {end}) lies outside the campaign"
    PHASE_TWICE = "two phases have the same name: {phase}"
    DEADLINE_EARLY = "the report is due ({deadline}) before the campaign starts ({start})"
    WINDOW_BACKWARDS = "the window ends ({end}) before it starts ({start})"
    DAYS_BACKWARDS = "ends ({end}) before it starts ({start})"
    NEYMAN_WITHOUT_RATES = "allocation: neyman needs prior_rates: the violation rate expected per stratum"
    PROFILE_MISSING = "name an adapter, or give a site profile with 'profile: …'"
    ROBOTS_WITHOUT_AUTHORITY = "obey_robots: false needs robots_authority: the document that allows it"
    COHORT_NOT_ALONE = (
        "a cohort is visited by itself: take out categories, category_pack, local_categories and start_urls, "
        "or the cohort"
    )
    NOTHING_TO_LOOK_FOR = "nothing to look for: name categories, a category_pack, start_urls or a cohort"
    CODE_TWICE = "a code stands for two categories: give each of local_categories its own"
    KEYWORDS_WITHOUT_CATEGORY = "keywords for categories the sweep does not name: {codes}"
    NEGATIVE_WITHOUT_CATEGORY = "negative_words for categories the sweep does not name: {codes}"
    TIME_WITH_ZONE = "time_of_day is a time of Asia/Shanghai: write it without a zone"
    PEAK_WITHOUT_PROMOTION = "cadence over a peak needs its promotion: give cadence.promotion, as DOUBLE11"
    ONCE_CANNOT_GROW = "'once' cannot grow around a peak: write cadence: once, or another cadence here"
    # What its file is.
    FILE_TOO_LONG = "{file}: longer than {most} characters"
    FILE_NO_YAML = "{file}: not YAML at line and column {why}"
    # What only planning can tell.
    PACK_UNKNOWN = "there is no category pack of {year}; there are those of {known}"
    LOCAL_CODE_TAKEN = "local category {code} is in the category tree already: give it another code"
    WORDS_UNPLANNED = "words for categories the sweep does not look for: {codes}"
    VARIANTS_UNSEARCHED = "variants of words that are not searched for: {words}"
    CATEGORY_UNKNOWN = "no category {code!r}; there are {near} …"
    CATEGORY_WORDLESS = "category {code} has no search words: add them under 'keywords' in the sweep"
    PROMOTION_UNKNOWN = "no promotion {code!r}; there are {near} …"
    PROMOTION_DATELESS = "promotion {code} has no dates: give cadence.peak_days, or the sweep a window"
    FESTIVAL_UNKNOWN = (
        "no day for {festival} {year} in rules/promotions.yaml: add it under lunar_anchors, or give the "
        "sweep start and end"
    )
    ADAPTER_UNKNOWN = "platform {platform}: unknown adapter {adapter!r}{near}; known: {known}"
    ADAPTER_OTHER = (
        "platform {platform}: adapter {adapter!r} reads platform {reads!r}; write 'platform: {reads}'"
    )
    PROFILE_UNKNOWN = "unknown site profile {profile!r}{near}; known: {known}"
    PROFILE_BROKEN = "platform {platform}: its site profile cannot be used: {why}"
    SEARCH_UNKNOWN = (
        "platform {platform}: no search page is known: give start_urls, or a site profile with one"
    )
    START_ELSEWHERE = "start URL {url}: {host} is not the host of any platform of this sweep"
    # What stands against a run now.
    WINDOW_OVER = "the sweep's window ended on {end}; today is {today}. Give it a new window."
    WINDOW_AHEAD = "the sweep's window begins on {start}; today is {today}."
    # What figures do not exist.
    RUN_UNKNOWN = "there is no run {run}; 'netsword run list' shows the runs"
    SWEEP_UNKNOWN = "run {run} is of sweep {sweep}@{version}, which is not stored"
    COMPARED_WITH_ITSELF = "a run is compared with another run, or two platforms of one run with each other"
    NOTHING_TO_COMPARE = "run {run} has read no listing of a sampled frame: there is nothing to compare"
    PLATFORM_NOT_FRAMED = "run {run} has no listing of platform {platform} in its frame"
    NOTHING_JUDGED = "none of {count} drawn units was judged: there is nothing to estimate from"
    PART_NOT_JUDGED = "none of {count} drawn units of this part was judged"
    WAVES_OF_A_PLATFORM = "the two waves of an adaptive sample give no figure for a platform by itself"
    PDF_WITHOUT_CHROMIUM = "a PDF is printed by Chromium, and there is none: see 'netsword doctor'"
    PDF_NOT_PRINTED = "Chromium could not print the PDF: {why}"
    RATES_TOO_FEW = (
        "{decided} decided listings, {confirmed} of them confirmed, are too few to learn rates from: {least} "
        "and {least_confirmed} are needed"
    )

    @property
    def code(self) -> str:
        """The code under which a note, a form or a store keeps it.

        >>> Problem.PACK_UNKNOWN.code
        'pack-unknown'
        """
        return self.name.lower().replace("_", "-")

    def note(self, **values: Value) -> Note:
        """The problem as a note, which any language can tell."""
        return Note(self.code, values)

    def in_schema(self, **values: object) -> PydanticCustomError:
        """The problem as a fault of the schema: its type is the code."""
        return PydanticCustomError(
            self.code, self.value, {name: str(value) for name, value in values.items()}
        )


BY_CODE: Mapping[str, Problem] = {problem.code: problem for problem in Problem}
