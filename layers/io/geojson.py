"""GeoJSON as it must be to become a layer: features with properties and sound geometry in degrees."""

from __future__ import annotations

import collections.abc
import json
import pathlib
import typing

import numpy as np
import numpy.typing as npt
import shapely

from geo import errors
from layers.io import textfile

Properties = dict[str, typing.Any]

_CRS_NAMES = ("CRS84", "EPSG:4326", "EPSG::4326")
_UNREADABLE = (
    *(ValueError, LookupError, TypeError, AttributeError, RecursionError),
    shapely.errors.ShapelyError,
)
_COLLECTION = "not readable as a GeoJSON FeatureCollection"


def features(
    path: pathlib.Path, *, kinds: tuple[str, ...] = ()
) -> tuple[list[Properties], npt.NDArray[np.object_]]:
    """Properties and shapes of the features of a file, in its order.

    Parameters
    ----------
    kinds
        Types of geometry that they may have; all if there is none.

    Raises
    ------
    InputError
        If the file is missing, not a GeoJSON FeatureCollection, or states another CRS than that of the
        standard; one line for each feature without properties or a geometry of one of the ``kinds``,
        whose coordinates are not numbers in degrees, or whose geometry is empty or invalid.
    """
    found, findings = _collection(path)
    shapes = np.full(len(found), None, dtype=object)
    for number, feature in enumerate(found):
        problem = _problem(feature, kinds)
        if not problem:
            shapes[number], problem = _shape(feature["geometry"])
        if problem:
            findings.append(f"{_name(feature, number)}: {problem}")
    for row in np.flatnonzero(~shapely.is_valid(shapes) & ~shapely.is_missing(shapes)):
        reason = shapely.is_valid_reason(shapes[row])
        findings.append(f"{_name(found[row], int(row))}: {reason}; expected a valid geometry")
    if findings:
        raise errors.InputError(errors.limited(path.name, findings))
    return [feature["properties"] for feature in found], shapes


def _collection(path: pathlib.Path) -> tuple[list[typing.Any], list[str]]:
    """Features of a file, whatever they are, and findings on the whole."""
    try:
        content = json.loads(textfile.read(path))
    except errors.InputError:
        raise
    except RecursionError as error:
        raise errors.InputError(f"{path.name}: {_COLLECTION}: nested too deeply") from error
    except ValueError as error:
        raise errors.InputError(f"{path.name}: {_COLLECTION}: {error}") from error
    found = content.get("features") if isinstance(content, dict) else None
    if not isinstance(found, list):
        raise errors.InputError(f"{path.name}: {_COLLECTION}: no list of features")
    return found, list(_crs_findings(content))


def _crs_findings(content: collections.abc.Mapping[str, typing.Any]) -> collections.abc.Iterator[str]:
    """Find a member ``crs``, of the standard of 2008, that states another CRS than the standard of 2016."""
    stated = content.get("crs")
    if stated is None:
        return
    name = stated.get("properties", {}).get("name") if isinstance(stated, dict) else None
    if not str(name).endswith(_CRS_NAMES):
        yield f"crs = {name!r}; expected degrees of longitude and latitude (EPSG:4326)"


def _name(feature: object, number: int) -> str:
    """Row of a feature in our files (one a line, below the opening), and its first property, the id."""
    properties = feature.get("properties") if isinstance(feature, dict) else None
    told = next(iter(properties.items()), None) if isinstance(properties, dict) else None
    return f"row {number + 2}" + (f": {told[0]} = {told[1]!r}" if told else "")


def _problem(feature: object, kinds: tuple[str, ...]) -> str:
    if not isinstance(feature, dict) or not isinstance(feature.get("properties"), dict):
        return "no properties; expected a feature"
    nested = [name for name, value in feature["properties"].items() if isinstance(value, (list, dict))]
    if nested:
        return f"{nested[0]} is nested; expected a text, a number or nothing"
    geometry = feature.get("geometry")
    if not isinstance(geometry, dict):
        return "no geometry; expected one"
    if kinds and geometry.get("type") not in kinds:
        return f"geometry is a {geometry.get('type')}; expected {' or '.join(kinds)}"
    odd = next(_odd_positions(geometry.get("coordinates", [])), None)
    if odd is not None:
        return f"coordinates {odd}; expected degrees, longitude from -180 to 180 and latitude from -90 to 90"
    return ""


def _shape(geometry: dict[str, typing.Any]) -> tuple[shapely.Geometry | None, str]:
    """Shape of a geometry, or the reason why there is none."""
    try:
        shape = shapely.geometry.shape(geometry)
    except _UNREADABLE as error:
        return None, f"geometry cannot be read ({error}); expected one by the standard"
    return (None, "empty geometry; expected one with coordinates") if shape.is_empty else (shape, "")


def _odd_positions(coordinates: object) -> collections.abc.Iterator[str]:
    """Positions that are not degrees, as text.

    Lists are gone through with a stack: how deep they are nested is not ours.
    """
    waiting = [coordinates]
    while waiting:
        one = waiting.pop()
        if not isinstance(one, list):
            yield json.dumps(one)[:60]
        elif one and isinstance(one[0], list):
            waiting.extend(one)
        elif one and not _is_position(one):
            yield json.dumps(one)[:60]


def _is_position(one: list[typing.Any]) -> bool:
    # The comparison is false for what is not a number of degrees, NaN too.
    plain = len(one) >= 2 and not {type(number) for number in one} - {int, float}
    return plain and -180 <= one[0] <= 180 and -90 <= one[1] <= 90
