"""What a step of the build is, what it may read, and where it writes."""

from __future__ import annotations

import collections.abc
import dataclasses
import functools
import pathlib
import typing

from geo import errors
from layers.io import manifest
from scripts.build import fingerprint

if typing.TYPE_CHECKING:
    import pandas as pd

    from layers.region import Region

Layers = collections.abc.Mapping[str, "pd.DataFrame"]
MADE_OF = {"corridor_alternatives": "corridors", "oblast_pairs": "border"}
"""Layers of the GeoPackage that are made of a layer of another name."""

REGION = "region/"
"""What the labels of files of the region folder begin with."""

Run = collections.abc.Callable[["Workspace"], "Layers | None"]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Step:
    """One small part of the build.

    Parameters
    ----------
    run
        Function of a `Workspace`. It returns the layers of its stage, or writes its products
        below ``Workspace.out``. It imports what it uses inside its body and uses no other global,
        because its own text and these modules are the code that it depends on.
    wants
        Files of the region folder without which it is left out, with all that only it makes.
    region
        Files of the region folder that it reads, as glob patterns; one that ends in ``?`` may be missing.
    files
        Files of the packages that it reads besides code, as glob patterns from the root.
    reads
        Layers of other steps that it reads.
    uses
        Steps whose products it reads.
    layers
        Layers that it returns; each becomes ``<layer>.gpkg`` in the folder of stages.
    products
        Files that it writes, relative to the atlas.
    products_of
        More of them, told from the region folder.
    tables
        Layers, if they are made, that it writes as ``tables/<layer>.csv``.
    parts
        Files that it writes for the steps that use it, kept beside the atlas.
    """

    run: Run
    wants: tuple[str, ...] = ()
    region: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    layers: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    products_of: collections.abc.Callable[[pathlib.Path], tuple[str, ...]] | None = None
    tables: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The name of its function."""
        return self.run.__name__

    @property
    def title(self) -> str:
        """The first line of the documentation of its function."""
        return (self.run.__doc__ or self.name).partition("\n")[0].rstrip(".")


@dataclasses.dataclass(frozen=True)
class Folders:
    """Where one build reads and writes."""

    region: pathlib.Path
    atlas: pathlib.Path

    @property
    def stages(self) -> pathlib.Path:
        """The stage GeoPackages and the state of the build, beside the atlas, on its file system."""
        return self.atlas.with_name(f"{self.atlas.name}-stages")

    @property
    def products(self) -> pathlib.Path:
        """The products as the steps made them; the atlas is a copy of this folder."""
        return self.stages / "products"

    @property
    def partial(self) -> pathlib.Path:
        """What running steps write, each in a folder of its own; moved on when it succeeds."""
        return self.stages / "partial"


class Graph:
    """Steps for which a region has data, in an order in which each comes after those that it needs."""

    def __init__(self, steps: collections.abc.Iterable[Step], folders: Folders) -> None:
        self.steps = _fitting(steps, folders.region)
        self.folders = folders
        self._owner = {layer: step.name for step in self.steps for layer in step.layers}

    def stage(self, layer: str) -> pathlib.Path:
        """Tell the stage that holds a layer."""
        return self.folders.stages / f"{layer}.gpkg"

    def needs(self, step: Step) -> tuple[str, ...]:
        """Names of the steps that a step comes after."""
        return tuple(sorted({self._owner[layer] for layer in step.reads} | set(step.uses)))

    def targets(self, step: Step) -> dict[str, pathlib.Path]:
        """Files that a step makes, by label."""
        stages = (f"{layer}.gpkg" for layer in step.layers)
        kept = {f"stages/{name}": self.folders.stages / name for name in (*stages, *step.parts)}
        return {name: self.folders.products / name for name in step.products} | kept

    def inputs(self, step: Step) -> dict[str, pathlib.Path]:
        """Files that a step reads, by a label that is the same on every machine."""
        own = _matching(self.folders.region, step.region, prefix=REGION)
        files = _matching(fingerprint.ROOT, step.files)
        made = {f"stages/{layer}.gpkg": self.stage(layer) for layer in step.reads}
        for other in (one for one in self.steps if one.name in step.uses):
            # Layers of a step that it uses count if it reads them.
            layers = {f"stages/{layer}.gpkg" for layer in other.layers}
            made |= {label: path for label, path in self.targets(other).items() if label not in layers}
        return own | files | made

    def fingerprint(self, step: Step) -> fingerprint.Fingerprint:
        """Everything that decides what a step makes."""
        files = {label: manifest.digest(path) for label, path in self.inputs(step).items()}
        named = {"maps of the atlas": " ".join(self.pages)} if _draws(step) else {}
        return files | named | fingerprint.code(step.run) | fingerprint.libraries()

    @property
    def pages(self) -> tuple[str, ...]:
        """Ids of the maps, in the order of the steps; each links to the others."""
        drawn = [name for step in self.steps if _draws(step) for name in step.products]
        return tuple(pathlib.PurePath(name).stem for name in drawn)

    def workspace(self, step: Step) -> Workspace:
        """Make what a step gets when it runs."""
        return Workspace(self, step)


@dataclasses.dataclass(frozen=True)
class Workspace:
    """What a running step sees: the region, the layers that it declared, a folder to write to."""

    _graph: Graph
    _step: Step

    @functools.cached_property
    def region(self) -> Region:
        """The region."""
        from layers import region

        return region.load(self._graph.folders.region)

    @property
    def out(self) -> pathlib.Path:
        """The folder that stands for the atlas."""
        return self._graph.folders.partial / self._step.name

    @property
    def products(self) -> pathlib.Path:
        """The folder with the products of the steps that it uses."""
        return self._graph.folders.products

    @property
    def parts(self) -> pathlib.Path:
        """The folder with the parts of the steps that it uses."""
        return self._graph.folders.stages

    @property
    def pages(self) -> tuple[str, ...]:
        """Ids of all maps of the atlas."""
        return self._graph.pages

    def write(self, name: str, text: str) -> None:
        """Write a product that is text."""
        self.place(name).write_text(text, encoding="utf-8", newline="\n")

    def tables(self) -> list[str]:
        """Layers that it writes as CSV tables, in their order."""
        return list(self._step.tables)

    def place(self, name: str, *, part: bool = False) -> pathlib.Path:
        """Path to write a product to, or a part; its folder exists."""
        path = self.out / "stages" / name if part else self.out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def sizes(self) -> dict[str, int]:
        """Size in bytes of each product of the steps that it uses, by its path in the atlas."""
        used = [step for step in self._graph.steps if step.name in self._step.uses]
        return {name: (self.products / name).stat().st_size for step in used for name in step.products}

    def layer(self, name: str) -> typing.Any:  # noqa: ANN401 - a frame with or without geometry
        """Read one layer that the step declared under ``reads``."""
        from layers.io import store

        if name not in self._step.reads:
            raise LookupError(f"step {self._step.name} reads layer {name!r} without declaring it")
        return store.read_layer(self._graph.stage(name), name)

    def layers(self) -> dict[str, typing.Any]:
        """Read every layer that the step declared under ``reads`` and that the region has, in that order."""
        return {name: self.layer(name) for name in self._step.reads}


def _fitting(steps: collections.abc.Iterable[Step], region: pathlib.Path) -> tuple[Step, ...]:
    """Leave out the steps for which a region has no data, and what others read or use of them."""
    kept = [step for step in steps if all((region / file).is_file() for file in step.wants)]
    layers = {layer for step in kept for layer in step.layers}
    names = {step.name for step in kept}
    return tuple(_fitted(step, region, layers, names) for step in kept)


def _fitted(step: Step, region: pathlib.Path, layers: set[str], names: set[str]) -> Step:
    tables = tuple(name for name in step.tables if MADE_OF.get(name, name) in layers)
    more = step.products_of(region) if step.products_of else ()
    return dataclasses.replace(
        step,
        reads=tuple(layer for layer in step.reads if layer in layers),
        uses=tuple(name for name in step.uses if name in names),
        products_of=None,
        products=(*step.products, *more, *(f"tables/{name}.csv" for name in tables)),
        tables=tables,
    )


def _draws(step: Step) -> bool:
    return any(name.startswith("maps/") for name in step.products)


def _matching(
    folder: pathlib.Path, patterns: collections.abc.Iterable[str], *, prefix: str = ""
) -> dict[str, pathlib.Path]:
    """Files of a folder by label; a pattern without wildcard is listed even if the file is missing."""
    found: dict[str, pathlib.Path] = {}
    for pattern in patterns:
        name = pattern.removesuffix("?")
        paths = sorted(folder.glob(name)) if "*" in name else [folder / name]
        if name != pattern:
            paths = [path for path in paths if path.is_file()]
        found |= {prefix + path.relative_to(folder).as_posix(): path for path in paths}
    return found


def require_region(graph: Graph) -> None:
    """Refuse a region folder in which a declared file is missing.

    Raises
    ------
    InputError
        One line for each missing file.
    """
    inputs = {label: path for step in graph.steps for label, path in graph.inputs(step).items()}
    read = {label: path for label, path in inputs.items() if label.startswith(REGION)}
    missing = [path for _, path in sorted(read.items()) if not path.is_file()]
    if missing:
        raise errors.InputError(f"{path.name}: file is missing in {path.parent}" for path in missing)
