"""The ``borderzone`` command. Each command imports its program when it runs, so that help is at once."""

from __future__ import annotations

import io
import os
import pathlib
import sys
import typing

import typer

from geo import errors
from layers import embedded

app = typer.Typer(
    help="Atlas of cross-border cooperation: build it, check it, make a region of your own.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

_ATLAS = pathlib.Path("build/atlas")

_ASCII = ("ascii", "ansi_x3.4-1968", "us-ascii")
_JOBS = min(os.cpu_count() or 1, 4)
_MEANT = "An embedded region by its name, or the folder of another."

Region = typing.Annotated[
    str | None, typer.Option("--region", help=_MEANT, show_default="the first of `borderzone regions`")
]


@app.command()
def build(
    out: typing.Annotated[pathlib.Path, typer.Option(help="Folder of the atlas.")] = _ATLAS,
    region: typing.Annotated[
        list[str] | None,
        typer.Option(
            help=f"{_MEANT} Several go to folders named by their ids in --out.",
            show_default="the first of `borderzone regions`",
        ),
    ] = None,
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

    program.main(out=out.resolve(), regions=_folders(region or []), dry_run=dry_run, jobs=jobs)


@app.command()
def check(
    region: typing.Annotated[
        str | None, typer.Argument(help=_MEANT, show_default="the first of `borderzone regions`")
    ] = None,
    atlas: typing.Annotated[
        pathlib.Path | None, typer.Option(help="Folder of an atlas to check too.", show_default="none")
    ] = None,
) -> None:
    """Hold a region against all rules, and an atlas against its formats; one line for each finding."""
    from scripts import check as program

    program.main(folder=_folder(region), atlas=atlas and atlas.resolve())


@app.command()
def isochrones(
    lon: typing.Annotated[float, typer.Argument(min=-180, max=180, help="Longitude in degrees.")],
    lat: typing.Annotated[float, typer.Argument(min=-90, max=90, help="Latitude in degrees.")],
    out: typing.Annotated[pathlib.Path, typer.Argument(help="GeoPackage to write, a new file.")],
    *,
    minutes: typing.Annotated[
        list[int] | None,
        typer.Option(min=1, help="A limit; give several, ascending.", show_default="those of the region"),
    ] = None,
    scenario: typing.Annotated[str, typer.Option(help="A scenario_id of scenarios.csv.")] = "",
    region: Region = None,
) -> None:
    """Write what can be reached from any point of the zone: areas, people and settlements by country."""
    from scripts import isochrones as program

    program.main(
        lon=lon,
        lat=lat,
        minutes=tuple(minutes or ()),
        scenario=scenario,
        out=out.resolve(),
        folder=_folder(region),
    )


@app.command()
def snapshot(
    sources: typing.Annotated[pathlib.Path, typer.Option(help="Folder of the raw sources.")],
    region: Region = None,
) -> None:
    """Recompute the snapshot from raw sources and replace its files when all are done."""
    from scripts import snapshot as program

    program.main(sources=sources.resolve(), folder=_folder(region))


@app.command()
def regions() -> None:
    """List the embedded regions; the first is the one that is meant if none is named."""
    for name in embedded.names():
        print(name)


@app.command()
def new(
    folder: typing.Annotated[pathlib.Path, typer.Argument(help="Folder to make.")],
    from_: typing.Annotated[
        str | None, typer.Option("--from", help=_MEANT, show_default="the first of `borderzone regions`")
    ] = None,
) -> None:
    """Copy a region into a folder of your own, with a README that says what each file is for."""
    from scripts import new as program

    program.main(source=_folder(from_), target=folder.resolve())


def _folder(region: str | None) -> pathlib.Path:
    return embedded.folder(region or embedded.names()[0])


def _folders(regions: list[str]) -> list[pathlib.Path]:
    return [embedded.folder(region) for region in regions] or [_folder(None)]


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
