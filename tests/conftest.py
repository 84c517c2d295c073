"""What tests need from outside: programs that judge the products, the raw sources, a built atlas.

Where one is absent a test skips and says why; in CI (environment variable ``CI``) an absent program is
a failure. Property tests try the same examples each time, and no clock fails them.
"""

import fcntl
import functools
import os
import pathlib
import shutil
import subprocess
import sys

import browsing
import hypothesis
import pytest
import regions
from playwright import sync_api

import layers.region
from geo.network import access
from layers.analysis import network
from layers.region import Region
from scripts.bench import synthetic

hypothesis.settings.register_profile("steady", deadline=None, derandomize=True)
hypothesis.settings.load_profile("steady")

ROOT = pathlib.Path(__file__).parents[1]


def _absent(reason: str) -> None:
    if os.environ.get("CI"):
        pytest.fail(f"{reason}; CI installs it in .ci/run")
    pytest.skip(reason)


@functools.cache
def _python_with(module: str) -> str | None:
    """The system's Python that can import a module which the environment of the tests lacks."""
    candidates = [shutil.which("python3", path=os.defpath), shutil.which("python3")]
    for candidate in filter(None, candidates):
        probe = subprocess.run([candidate, "-c", f"import {module}"], capture_output=True, check=False)
        if probe.returncode == 0:
            return candidate
    return None


@pytest.fixture(scope="session")
def gdal_python() -> str:
    """Python with GDAL's own tools (Debian's python3-gdal)."""
    found = _python_with("osgeo_utils.samples.validate_gpkg")
    if found is None:
        _absent("no Python with osgeo_utils (Debian's python3-gdal)")
    return str(found)


@pytest.fixture(scope="session")
def qgis_python() -> str:
    """Python with QGIS (Debian's python3-qgis)."""
    found = _python_with("qgis.core")
    if found is None:
        _absent("no Python with QGIS (Debian's python3-qgis)")
    return str(found)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser (Debian's chromium)."""
    found = shutil.which("chromium")
    if found is None:
        _absent("no chromium")
    return str(found)


@pytest.fixture(scope="session")
def node() -> str:
    """Node, which runs browser code without a browser (Debian's nodejs); since 18 it tests by itself."""
    found = shutil.which("node")
    told = subprocess.run([found, "--version"], capture_output=True, text=True, check=True) if found else None
    if told is None or int(told.stdout.removeprefix("v").partition(".")[0]) < 18:
        _absent("no node of version 18 or later")
    return str(found)


@pytest.fixture(scope="session")
def soffice() -> str:
    """LibreOffice, which computes workbooks (Debian's libreoffice-calc-nogui)."""
    found = shutil.which("soffice")
    if found is None:
        _absent("no soffice")
    return str(found)


@pytest.fixture(scope="session")
def browser(chromium):
    with sync_api.sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=browsing.FLAGS)
        yield running
        running.close()


@pytest.fixture(params=browsing.FAMILIES)
def family(request):
    """A wide and a narrow family of letters, in which a page is to be opened."""
    return request.param


@pytest.fixture
def opened(browser):
    """Open a file offline; after the test nothing may have been asked of any host, nor gone wrong."""
    contexts = []

    def open_file(path, viewport=browsing.DESKTOP, fragment="", *, family="", text_px=0):
        still = {"offline": True, "reduced_motion": "reduce"}
        context = browser.new_context(viewport=viewport, has_touch=viewport is browsing.PHONE, **still)
        found = browsing.Opened(context.new_page(), [], [])
        contexts.append((context, found))
        found.page.on("request", lambda request: found.requests.append(request.url))
        found.page.on("console", lambda message: found.complaints.append(message.text))
        found.page.on("pageerror", lambda error: found.complaints.append(str(error)))
        if family:
            found.page.add_init_script(browsing.IN_FAMILY.replace("FAMILY", family))
        if text_px:
            sizes = {"fontSizes": {"standard": text_px, "fixed": text_px}}
            context.new_cdp_session(found.page).send("Page.setFontSizes", sizes)
        found.page.goto(f"{path.as_uri()}{fragment}")
        found.page.wait_for_selector("body.ready")
        if family and found.family() != {family}:
            _absent(f"no font {family} (Debian's fonts-dejavu-core and fonts-dejavu-extra)")
        return found

    yield open_file
    for context, found in contexts:
        context.close()
        assert [url for url in found.requests if not url.startswith(("file:", "data:", "blob:"))] == []
        assert found.complaints == []


@pytest.fixture(scope="session")
def region() -> Region:
    """The first embedded region, not to be changed."""
    return regions.RUSSIA_BELARUS


@pytest.fixture(scope="session")
def raw_sources() -> pathlib.Path:
    """The raw sources beside the repository; they are not part of it."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("raw sources ../shared/data are absent")
    return folder


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """A folder that is the same for all processes that share the tests."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if os.environ.get("PYTEST_XDIST_WORKER") else own


def _built(folder: pathlib.Path, own: Region) -> pathlib.Path:
    """An atlas of a region built by the command; of several processes the first builds, the others wait."""
    out = folder / "atlas"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not out.exists():
            command = [sys.executable, "-m", "scripts.cli", "build"]
            command += ["--region", str(own.folder), "--out", str(out)]
            result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
            assert result.returncode == 0, result.stderr
    return out


def _drawn(folder: pathlib.Path, spec: synthetic.Spec) -> Region:
    """A synthetic region; of several processes the first writes it, the others wait."""
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            synthetic.write(folder, spec)
    return layers.region.load(folder)


@pytest.fixture(scope="session")
def tiny(shared: pathlib.Path) -> Region:
    """A synthetic region of twelve districts that lacks links, zones and a programme; not to be changed."""
    return _drawn(shared / "tiny", synthetic.Spec())


@pytest.fixture(scope="session")
def tiny_whole(shared: pathlib.Path) -> Region:
    """A synthetic region that has all, in the languages of the first embedded one; not to be changed."""
    parts = dict.fromkeys(("crosswalk", "flows", "links", "zones", "programme", "candidates", "claims"), True)
    return _drawn(
        shared / "tiny_whole", synthetic.Spec(seed=1, units=14, languages=("ru", "en", "be"), **parts)
    )


@pytest.fixture(scope="session")
def tiny_atlas(shared: pathlib.Path, tiny: Region) -> pathlib.Path:
    """The atlas of the tiny region, built once in a few seconds; not to be changed."""
    return _built(shared / "built_tiny", tiny)


@pytest.fixture(scope="session")
def tiny_whole_atlas(shared: pathlib.Path, tiny_whole: Region) -> pathlib.Path:
    """The atlas of the tiny region that has everything, built once; not to be changed."""
    return _built(shared / "built_tiny_whole", tiny_whole)


@pytest.fixture(scope="session")
def atlas(shared: pathlib.Path, region: Region) -> pathlib.Path:
    """The atlas of the first embedded region, built once for all tests; not to be changed.

    It takes minutes: for tests whose expected values are those of real places.
    """
    return _built(shared / "built", region)


@pytest.fixture(scope="session")
def roads_of_tiny(tiny_whole_atlas: pathlib.Path) -> access.Attached:
    """Roads, ground and places of the tiny region that has all, as its build put them together."""
    return network.load(tiny_whole_atlas.with_name("atlas-stages") / "on_roads.pickle")


@pytest.fixture(scope="session")
def roads_of_atlas(atlas: pathlib.Path) -> access.Attached:
    """Roads, ground and places as the build put them together; not to be changed."""
    return network.load(atlas.with_name("atlas-stages") / "on_roads.pickle")
