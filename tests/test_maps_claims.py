"""Statements with their verdicts on the landing page, and none where a region has no statements."""

import re


def sections(atlas):
    """Verdict and number of statements of each list, in their order."""
    page = (atlas / "index.html").read_text(encoding="utf-8")
    found = re.findall(
        r"<summary><span [^>]*>([^<]+)</span>: (\d+)</summary>\s*<ol[^>]*>(.*?)</ol>", page, re.S
    )
    return [(title, int(count), items.count("<li>"), items) for title, count, items in found]


def test_statements_stand_by_verdict_with_what_is_found(tiny_whole_atlas):
    *verdicts, _sources = sections(tiny_whole_atlas)
    assert [row[:3] for row in verdicts] == [
        ("Confirmed", 1, 1),
        ("Contradicted", 1, 1),
        ("Not testable", 1, 1),
    ]
    confirmed, contradicted, untested = (items for *_, items in verdicts)
    assert "Statement 1" in confirmed
    assert "data-number" in confirmed
    assert "data-number" in contradicted
    assert "Statement 3" in untested
    assert "data-number" not in untested


def test_a_region_without_statements_has_no_section(tiny_atlas):
    ((title, *_, items),) = sections(tiny_atlas)
    assert title == "All sources"
    assert "Statement" not in items
