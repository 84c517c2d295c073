"""Write the isochrones of one point as a GeoPackage with styles."""

from __future__ import annotations

import pathlib
import tempfile

from geo import errors
from layers import region
from layers.analysis import around, proximity, whatif
from layers.io import geopackage
from maps.qgis import styles


def main(
    *,
    lon: float,
    lat: float,
    minutes: tuple[int, ...],
    scenario: str,
    out: pathlib.Path,
    folder: pathlib.Path,
) -> None:
    """Compute the isochrones and write them to a new file."""
    if out.suffix != ".gpkg":
        raise errors.InputError(f"{out.name}: expected the name of a GeoPackage, ending in .gpkg")
    if not out.parent.is_dir():
        raise errors.InputError(f"{out.parent}: no such folder; expected one for {out.name}")
    if out.exists():
        raise errors.InputError(f"{out}: exists already; expected a new file")
    own = region.load(folder)
    layers = proximity.frames(own)
    known = whatif.build(own, layers, whatif.scenarios(own)) if scenario else {}
    if scenario and scenario not in known:
        told = ", ".join(sorted(known))
        raise errors.InputError(f"scenario {scenario!r} is unknown; expected one of {told}")
    found = around.isochrones(own, layers, lon, lat, minutes=minutes, change=known.get(scenario))
    with tempfile.TemporaryDirectory(dir=out.parent) as beside:
        fresh = pathlib.Path(beside) / out.name
        geopackage.write(styles.layers(own, {"isochrones": found}), fresh)
        fresh.replace(out)
    for row in found.itertuples():
        print(f"{row.limit_min} min, {row.country}: {row.population:,} persons, {row.area_km2:,.0f} km²")
