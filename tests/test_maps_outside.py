"""What counts as a request to outside, as browsers understand a page."""

import pytest

from maps.web import outside


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ('<script src="https://unpkg.com/leaflet.js"></script>', ["https://unpkg.com/leaflet.js"]),
        ('<link rel="stylesheet" href="//cdn.example/x.css">', ["//cdn.example/x.css"]),
        ('<img src="marker.png" srcset="">', ["marker.png"]),
        ("<style>@import 'a.css'; b { background: url( \"c.png\" ) }</style>", ["a.css", "c.png"]),
        ('<p style="background:url(d.png)">', ["d.png"]),
        ('<svg><use xlink:href="sprite.svg#a"/><image href="e.png"/></svg>', ["e.png", "sprite.svg#a"]),
        ('<video poster="f.jpg"></video><object data="g.pdf"></object>', ["f.jpg", "g.pdf"]),
    ],
)
def test_references_that_fetch_are_found(page, expected):
    assert outside.references(page) == expected


@pytest.mark.parametrize(
    "page",
    [
        '<a href="https://example.org">source</a>',
        '<img src="data:image/png;base64,AA=="><link rel="icon" href="data:,">',
        '<svg><use xlink:href="#symbol"/></svg>',
        '<script>const address = "https://example.org/url(x)";</script>',
        "<style>b { background: url(data:image/png;base64,AA==) }</style>",
        "<p>url(https://example.org)</p>",
    ],
)
def test_what_fetches_nothing_is_no_finding(page):
    assert outside.references(page) == []
