"""The ``borderzone`` command. Each command imports its program when it runs, so that help is at once."""

from __future__ import annotations

import io
import os
import pathlib
import sys
import typing

import typer

from geo import errors

app = typer.Typer(
    help="Atlas of cross-border cooperation: build it, check it, recompute its snapshot.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

_ATLAS = pathlib.Path("build/atlas")
_DATA = pathlib.Path(__file__).parents[1] / "layers" / "data"

_ASCII = ("ascii", "ansi_x3.4-1968", "us-ascii")
_JOBS = min(os.cpu_count() or 1, 4)

Data = typing.Annotated[
    pathlib.Path,
    typer.Option(help="Snapshot folder: the same files as in layers/data.", show_default="embedded"),
]


@app.command()
def build(
    out: typing.Annotated[pathlib.Path, typer.Option(help="Folder of the atlas.")] = _ATLAS,
    data: Data = _DATA,
    *,
    jobs: typing.Annotated[
        int,
        typer.Option(
            min=1, help="How many steps run at a time.", show_default="one for each processor, up to 4"
        ),
    ] = _JOBS,
    dry_run: typing.Annotated[
        bool, typer.Option("--dry-run", help="List what would be rebuilt and why; change nothing.")
    ] = False,
) -> None:
    """Rebuild what changed since the last build and replace the atlas as a whole."""
    from scripts.build import workers

    workers.prepare(1 if dry_run else jobs)
    from scripts.build import run as program

    program.main(out=out.resolve(), data=data.resolve(), dry_run=dry_run, jobs=jobs)


@app.command()
def check(
    atlas: typing.Annotated[pathlib.Path, typer.Argument(help="Folder of the atlas.")] = _ATLAS,
    data: Data = _DATA,
) -> None:
    """Hold snapshot, tables, layers and products against their rules; one line for each finding."""
    from scripts import check as program

    program.main(atlas=atlas.resolve(), data=data.resolve())


@app.command()
def isochrones(
    lon: typing.Annotated[float, typer.Argument(min=-180, max=180, help="Longitude in degrees.")],
    lat: typing.Annotated[float, typer.Argument(min=-90, max=90, help="Latitude in degrees.")],
    out: typing.Annotated[pathlib.Path, typer.Argument(help="GeoPackage to write, a new file.")],
    *,
    minutes: typing.Annotated[
        list[int] | None,
        typer.Option(min=1, help="A limit; give several, ascending.", show_default="15 30 60 90 120"),
    ] = None,
    scenario: typing.Annotated[str, typer.Option(help="A scenario_id of scenarios.csv.")] = "",
    data: Data = _DATA,
) -> None:
    """Write what can be reached from any point of the zone: areas, people and settlements by country."""
    from scripts import isochrones as program

    program.main(
        lon=lon,
        lat=lat,
        minutes=tuple(minutes or ()),
        scenario=scenario,
        out=out.resolve(),
        data=data.resolve(),
    )


@app.command()
def snapshot(
    sources: typing.Annotated[pathlib.Path, typer.Option(help="Folder of the raw sources.")],
    data: Data = _DATA,
) -> None:
    """Recompute the snapshot from raw sources and replace its files when all are done."""
    from scripts import snapshot as program

    program.main(sources=sources.resolve(), data=data.resolve())


def _require_utf8() -> None:
    """Write UTF-8 wherever it goes, and refuse paths that the system's locale cannot name."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and stream.encoding.lower() in _ASCII:
            stream.reconfigure(encoding="utf-8", errors="surrogateescape")
    paths = [os.getcwd(), *sys.argv[1:]]  # noqa: PTH109 - pathlib reads nothing that this does not
    if sys.getfilesystemencoding().lower() in _ASCII and not all(path.isascii() for path in paths):
        sys.exit("The locale knows only ASCII, but a path has other letters; set LC_ALL=C.UTF-8")


def main() -> None:
    """Run the command; data or requests at fault end in lines on stderr and exit code 1."""
    _require_utf8()
    try:
        app()
    except errors.InputError as error:
        sys.exit("\n".join(error.findings))
    except OSError as error:
        sys.exit(f"{error.filename}: {error.strerror}" if error.filename else str(error))


if __name__ == "__main__":
    main()
