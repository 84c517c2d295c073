"""A copy of the machinery with three small steps, run by the command in processes of their own."""

import os
import pathlib
import shutil
import signal
import subprocess
import sys

import regions

ROOT = pathlib.Path(__file__).parents[1]
REGION = "layers/regions/tiny"

STEPS = '''
from scripts.build import graph

def double(work):
    """Twice the number."""
    from layers import arithmetic

    # The region is not read: its reader loads what a tiny project can do without.
    number = int((work._graph.folders.region / "number.txt").read_text())
    (work.out / "tables").mkdir()
    (work.out / "tables" / "double.txt").write_text(str(arithmetic.double(number)))

def parity(work):
    """Odd or even."""
    number = int((work.products / "tables" / "double.txt").read_text())
    (work.out / "parity.txt").write_text("even" if number % 2 == 0 else "odd")

def page(work):
    """The page; its text can make it fail or hang."""
    import pathlib
    import time

    from geo import errors
    from scripts.build import fingerprint

    word = (fingerprint.ROOT / "maps" / "word.txt").read_text()
    (work.out / "index.html").write_text("half")
    if word == "wrong":
        raise errors.InputError(["word.txt: 'wrong'; expected a word", "word.txt: second finding"])
    if word == "bug":
        raise ZeroDivisionError("a fault of the code")
    if word == "hang":
        (fingerprint.ROOT / "hanging").touch()
        time.sleep(60)
    (work.out / "index.html").write_text(word + (work.products / "parity.txt").read_text())

STEPS = [
    graph.Step(run=double, region=("number.txt",), products=("tables/double.txt",)),
    graph.Step(run=parity, uses=("double",), products=("parity.txt",)),
    graph.Step(run=page, files=("maps/word.txt",), uses=("parity",), products=("index.html",)),
]
'''


class Project:
    """A copy of the machinery with three steps and a region of its own."""

    def __init__(self, root: pathlib.Path) -> None:
        self.root = root
        for package in ("geo", "layers", "maps", "scripts"):
            left_out = shutil.ignore_patterns("regions", "assets", "__pycache__")
            shutil.copytree(ROOT / package, root / package, ignore=left_out)
        self.write("scripts/build/steps.py", STEPS)
        self.write(
            "layers/arithmetic.py", "from layers import factor\n\ndef double(x):\n    return factor.TWO * x\n"
        )
        self.write("layers/factor.py", "TWO = 2\n")
        own = regions.TOML.read_text(encoding="utf-8").replace('id = "russia_belarus"', 'id = "tiny"')
        self.write(f"{REGION}/region.toml", own)
        self.write(f"{REGION}/number.txt", "21")
        self.write("maps/word.txt", "hello ")

    @property
    def atlas(self) -> pathlib.Path:
        return self.root / "build" / "atlas"

    def write(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def start(self, *arguments: str) -> subprocess.Popen:
        return subprocess.Popen(
            [sys.executable, "-m", "scripts.cli", *arguments],
            cwd=self.root,
            env={
                **os.environ,
                "PYTHONPATH": str(self.root),
                "PYTHONDONTWRITEBYTECODE": "1",
                "COLUMNS": "200",
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            # Where the suite runs in the background, children would ignore the interrupt.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
        )

    def run(self, *arguments: str) -> subprocess.CompletedProcess:
        process = self.start(*arguments)
        out, err = process.communicate(timeout=60)
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)

    def ran(self) -> list[str]:
        """Build, and say which steps ran."""
        result = self.run("build")
        assert result.returncode == 0, result.stderr
        return [line.split()[0] for line in result.stdout.splitlines() if line.endswith(" s")]

    def content(self) -> dict[str, bytes]:
        return {
            path.relative_to(self.atlas).as_posix(): path.read_bytes()
            for path in sorted(self.atlas.rglob("*"))
            if path.is_file()
        }
