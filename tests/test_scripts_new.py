"""A copy of a region takes nobody's folder."""

import pytest
import regions

from geo import errors
from scripts import new


def test_what_lies_beside_the_new_folder_stays(tmp_path):
    kept = tmp_path / "mine.new" / "notes.txt"
    kept.parent.mkdir()
    kept.write_text("notes", encoding="utf-8")
    new.main(source=regions.FOLDER, target=tmp_path / "mine")
    assert kept.read_text(encoding="utf-8") == "notes"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine", "mine.new"]
    assert {path.name for path in (tmp_path / "mine").iterdir()} == {
        *(path.name for path in regions.FOLDER.iterdir()),
        new.README,
    }


def test_a_folder_that_holds_something_or_lies_in_the_region_is_refused(tmp_path):
    with pytest.raises(errors.InputError, match="holds something already; expected a new or an empty folder"):
        new.main(source=regions.FOLDER, target=tmp_path.parent)
    own = tmp_path / "own"
    own.mkdir()
    new.main(source=regions.FOLDER, target=own)
    with pytest.raises(errors.InputError, match="lies in the region that it would be a copy of"):
        new.main(source=own, target=own / "inner")
