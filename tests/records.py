"""Records of pages as tests read them: by the list of fields that each carries along."""

import json


def of(path):
    """The record of a page, given by its file."""
    text = path.read_text(encoding="utf-8")
    return read(json.loads(text.partition('id="record">')[2].partition("</script>")[0]))


def read(record, kind="page"):
    """Each thing by the names of its fields, what was left out included."""
    return _thing(record["fields"], kind, record)


def _thing(kinds, kind, written):
    if written is None:
        return None
    found = {}
    for place, (name, empty, of_kind, depth) in enumerate(kinds[kind]):
        if isinstance(written, list):
            value = written[place] if place < len(written) else empty
        else:
            value = written.get(name, empty)
        found[name] = _around(kinds, of_kind, depth, value) if of_kind else value
    return found


def _around(kinds, kind, depth, value):
    if depth == 0:
        return _thing(kinds, kind, value)
    if isinstance(value, dict):
        return {key: _around(kinds, kind, depth - 1, one) for key, one in value.items()}
    return [_around(kinds, kind, depth - 1, one) for one in value]
