"""Copy a region into a folder that its new owner edits."""

from __future__ import annotations

import os
import pathlib
import shutil
import tempfile

from geo import errors
from layers import region
from maps import texts

README = "README.md"


def main(*, source: pathlib.Path, target: pathlib.Path) -> None:
    """Copy the files of a region, with a README in its languages.

    Raises
    ------
    InputError
        If the region cannot be read, or the folder exists and holds something, or lies in the region.
    """
    own = region.load(source)
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise errors.InputError(f"{target}: holds something already; expected a new or an empty folder")
    if target.is_relative_to(source):
        raise errors.InputError(f"{target}: lies in the region that it would be a copy of")
    target.parent.mkdir(parents=True, exist_ok=True)
    # Beside the target, under a name that nobody has: what others keep there is theirs.
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=f"{target.name}.") as beside:
        fresh = pathlib.Path(beside) / target.name
        shutil.copytree(source, fresh)
        (fresh / README).write_text(readme(own), encoding="utf-8", newline="\n")
        os.replace(fresh, target)  # noqa: PTH105 - takes the place of an empty folder in one operation
    print(target)


def readme(own: region.Region) -> str:
    """Say in each language of a region what each of its files is for, in the order of the language files."""
    parts = []
    for language in own.languages:
        word = {key: label.text(language) for key, label in texts.section(own, "region").items()}
        files = [
            f"| `{label}` | {text.text(language)} |"
            for label, text in texts.section(own, "region.files").items()
        ]
        parts.append(
            "\n".join(
                [
                    f"# {word['title']}",
                    "",
                    word["about"],
                    "",
                    f"| {word['file']} | {word['for']} |",
                    "|---|---|",
                    *files,
                ]
            )
        )
    return "\n\n".join(parts) + "\n"
