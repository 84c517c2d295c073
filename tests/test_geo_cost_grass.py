import subprocess

import numpy as np
import pytest

from geo import cost

ROWS, COLUMNS = 60, 80
STARTS = [(7, 11), (48, 60), (30, 3)]


def _friction():
    """Frictions from 1 to 10 with a tenth of the cells impassable and a free way, the same every run."""
    random = np.random.default_rng(7)
    friction = random.uniform(1, 10, (ROWS, COLUMNS)).astype(np.float32)
    friction[random.random((ROWS, COLUMNS)) < 0.1] = np.nan
    friction[20, 10:70] = 0
    for start in STARTS:
        friction[start] = 5
    return friction


def _r_cost(grass, folder, friction, starts, *, cell_m, options=""):
    """Run r.cost in double precision over cells of a given width and height, in metres."""
    width_m, height_m = cell_m
    friction.astype(np.float64).tofile(folder / "friction.bin")
    edges = f"north={ROWS * height_m} south=0 west=0 east={COLUMNS * width_m} rows={ROWS} cols={COLUMNS}"
    at = ",".join(f"{(column + 0.5) * width_m},{(ROWS - row - 0.5) * height_m}" for row, column in starts)
    script = f"""
        r.in.bin -d --quiet input=friction.bin output=friction {edges}
        g.region raster=friction
        r.cost --quiet {options} input=friction output=cost start_coordinates={at}
        r.out.bin -f --quiet input=cost output=cost.bin bytes=8 null=-1
    """
    command = [grass, "--tmp-location", "XY", "--exec", "sh", "-e", "-c", script]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    accumulated = np.fromfile(folder / "cost.bin").reshape(ROWS, COLUMNS)
    return np.where(accumulated == -1, np.inf, accumulated)


@pytest.mark.parametrize(("moves", "options"), [(8, ""), (16, "-k")])
@pytest.mark.parametrize("cell_m", [(1, 1), (50, 125)])
def test_equals_grass(grass, tmp_path, moves, options, cell_m):
    # GRASS measures distance in cell widths and stores the cost in the precision of the friction.
    peer = _r_cost(grass, tmp_path, _friction(), STARTS, cell_m=cell_m, options=options) * cell_m[0]
    surface = cost.accumulate(_friction(), STARTS, cell_m=cell_m, moves=moves)
    assert np.isfinite(peer).sum() > 4_000
    np.testing.assert_allclose(surface.cost, peer, rtol=1e-12)
