import math

import numpy as np
import pyproj
import pytest
import rasterio
import rasterio.io

from geo.raster import grid
from maps.parts import images

COLOURS = ("#ff0000", "#00ff0080")
LAEA = pyproj.CRS("+proj=laea +lat_0=54 +lon_0=31 +datum=WGS84 +units=m +no_defs")

pytestmark = pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")


def mercator_y(latitude):
    """Height in web Mercator, as a multiple of the radius (closed form)."""
    return math.log(math.tan(math.pi / 4 + math.radians(latitude) / 2))


def read(png):
    with rasterio.io.MemoryFile(png) as memory, memory.open() as image:
        return np.moveaxis(image.read(), 0, -1)


@pytest.mark.parametrize(("row", "column"), [(0, 0), (300, 150), (599, 399), (10, 390)])
def test_a_cell_is_drawn_where_it_lies(row, column):
    """600 x 400 cells of 1 km about 54 degrees north; only one has a value."""
    on = grid.Grid(-200_000, 300_000, 1_000, 600, 400, LAEA)
    values = np.full(on.shape, np.nan)
    values[max(row - 2, 0) : row + 3, max(column - 2, 0) : column + 3] = 1.0
    rows, columns = np.nonzero(~np.isnan(values))
    x, y = on.transform @ (columns.mean() + 0.5, rows.mean() + 0.5)
    longitude, latitude = pyproj.Transformer.from_crs(LAEA, "EPSG:4326", always_xy=True).transform(x, y)

    png, (south, west, north, east) = images.drawn((on, values), (1.0, 2.0), COLOURS)
    pixels = read(png)
    found_rows, found_columns = np.nonzero(pixels[..., 3])
    down = (mercator_y(north) - mercator_y(latitude)) / (mercator_y(north) - mercator_y(south))
    assert found_rows.mean() + 0.5 == pytest.approx(down * pixels.shape[0], abs=1)
    assert found_columns.mean() + 0.5 == pytest.approx(
        (longitude - west) / (east - west) * pixels.shape[1], abs=1
    )


def test_classes_have_their_colours_and_gaps_none():
    on = grid.Grid(3_000_000, 7_000_000, 1_000, 4, 4, pyproj.CRS("EPSG:3857"))
    values = np.array([[1.0, 1.5, np.nan, 9.0]]).repeat(4, axis=0)
    png, _ = images.drawn((on, values), (1.0, 2.0), COLOURS)
    assert read(png)[1].tolist() == [[255, 0, 0, 255], [0, 255, 0, 128], [0, 0, 0, 0], [0, 0, 0, 0]]


def test_last_class_may_be_open():
    on = grid.Grid(3_000_000, 7_000_000, 1_000, 1, 2, pyproj.CRS("EPSG:3857"))
    png, _ = images.drawn((on, np.array([[1.0, 1e9]])), (1.0, math.inf), COLOURS)
    assert read(png)[0, :, 3].tolist() == [255, 128]


def test_wide_rasters_are_thinned():
    on = grid.Grid(3_000_000, 7_000_000, 100, 30, 5_000, pyproj.CRS("EPSG:3857"))
    png, _ = images.drawn((on, np.ones(on.shape)), (1.0,), COLOURS[:1])
    assert read(png).shape[1] == 1_400
    assert len(png) < 5_000


def test_same_raster_gives_the_same_bytes():
    on = grid.Grid(-5_000, 5_000, 1_000, 10, 10, LAEA)
    surface = (on, np.arange(100.0).reshape(10, 10))
    assert images.drawn(surface, (50.0, 99.0), COLOURS) == images.drawn(surface, (50.0, 99.0), COLOURS)
