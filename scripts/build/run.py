"""Run the steps whose inputs changed, by doit, and replace the atlas when all of them succeeded."""

from __future__ import annotations

import collections.abc
import dataclasses
import datetime
import importlib.metadata
import json
import pathlib
import shutil
import sys
import time
import typing

import rich.console
from doit import control, dependency, runner
from doit import task as doit_task

from geo import errors
from layers.io import manifest
from scripts.build import fingerprint, graph, kept, notes, progress, publish, steps, workers


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What a build did.

    Parameters
    ----------
    seconds
        Time that each step took, of those that ran.
    replaced
        Whether the atlas was replaced.
    copies
        Products that somebody had changed, and files whose names the atlas takes now, with the names
        under which they are kept.
    """

    seconds: dict[str, float]
    replaced: bool
    copies: tuple[kept.Copy, ...] = ()


def main(*, out: pathlib.Path, regions: list[pathlib.Path], dry_run: bool, jobs: int) -> None:
    """Build atlases, or with ``dry_run`` say what would be rebuilt, with progress on the terminal.

    One region goes to ``out``, several to folders in it that have the names of their folders.

    Raises
    ------
    InputError
        If something is at fault; with several regions the others are built all the same.
    """
    console = rich.console.Console(soft_wrap=True, highlight=False)
    if len(regions) == 1:
        _one(console, out=out, region=regions[0], dry_run=dry_run, jobs=jobs)
        return
    names = [region.name for region in regions]
    if len(set(names)) < len(names):
        raise errors.InputError(
            "--region: two regions have the same name; expected folders of different names"
        )
    findings: list[str] = []
    for region in regions:
        console.print(f"{region.name}:", markup=False)
        try:
            _one(console, out=out / region.name, region=region, dry_run=dry_run, jobs=jobs)
        except errors.InputError as error:
            findings += [f"{region.name}: {line}" for line in error.findings]
    if findings:
        raise errors.InputError(findings)


def _one(
    console: rich.console.Console, *, out: pathlib.Path, region: pathlib.Path, dry_run: bool, jobs: int
) -> None:
    plan = graph.Graph(steps.STEPS, graph.Folders(region=region, atlas=out))
    for line in notes.of_region(region):
        print(line, file=sys.stderr)
    if dry_run:
        for line in _listing(explain(plan)):
            console.print(line, markup=False)
        return
    started = time.perf_counter()
    with progress.Progress(len(plan.steps), console) as report:
        outcome = build(plan, report, jobs=jobs)
    seconds = time.perf_counter() - started
    console.print(_summary(outcome, len(plan.steps), seconds))
    for one in outcome.copies:
        line = f"{one.name}: yours is kept as {one.copy}"
        console.print(kept.shown(line), markup=False)
    console.print(f"Open {out / 'index.html'}")


def build(plan: graph.Graph, report: progress.Progress, *, jobs: int = 1) -> Outcome:
    """Bring the atlas up to date, running up to so many steps at a time.

    Raises
    ------
    InputError
        If the data are at fault, another build is running, or the folder holds files and is no atlas.
        It stays as it was.
    """
    folders = plan.folders
    graph.require_region(plan)
    publish.require_replaceable(folders.atlas)
    folders.stages.mkdir(parents=True, exist_ok=True)
    with publish.locked(folders.stages):
        copies = publish.recover(folders.atlas, work=folders.stages)
        shutil.rmtree(folders.partial, ignore_errors=True)
        started = time.time()
        states = _run(plan, report, jobs)
        content = _manifest(plan, states)
        if manifest.is_same(manifest.read(folders.atlas), content) and not manifest.damaged(
            folders.atlas, content
        ):
            return Outcome(report.seconds, replaced=False, copies=tuple(copies))
        content[manifest.TIMINGS] = _timings(started, report.seconds)
        copies += publish.replace(folders.atlas, folders.products, content, work=folders.stages)
    return Outcome(report.seconds, replaced=True, copies=tuple(dict.fromkeys(copies)))


def explain(plan: graph.Graph) -> dict[str, list[str]]:
    """Say which steps would run, and why: one line for each reason."""
    graph.require_region(plan)
    manager = _manager(plan.folders)
    found: dict[str, list[str]] = {}
    for step in plan.steps:
        reasons = _reasons(plan, step, manager.get_values(step.name), plan.fingerprint(step))
        reasons += [f"after: {name}" for name in plan.needs(step) if name in found]
        if reasons:
            found[step.name] = reasons
    return found


def _listing(reasons: collections.abc.Mapping[str, list[str]]) -> list[str]:
    lines = [f"{name}: {reason}" for name, found in reasons.items() for reason in found]
    return lines or ["Nothing to rebuild."]


def _summary(outcome: Outcome, total: int, seconds: float) -> str:
    if outcome.seconds:
        return f"{len(outcome.seconds)} of {total} steps rebuilt in {seconds:.1f} s."
    return f"{'Atlas restored' if outcome.replaced else 'Nothing changed'} ({seconds:.1f} s)."


def _run(plan: graph.Graph, report: progress.Progress, jobs: int) -> dict[str, dict[str, typing.Any]]:
    """Run what is not up to date; return what each step was made from and made."""
    failures: list[Exception] = []
    manager = _manager(plan.folders)
    with workers.started(jobs) as make:
        tasks = [
            doit_task.Task(
                step.name,
                [_action(plan, step, make, failures)],
                task_dep=plan.needs(step),
                uptodate=[_Check(plan, step)],
                io={"capture": False},
            )
            for step in plan.steps
        ]
        order = control.TaskControl(tasks)
        order.process(None)
        running = runner.MThreadRunner(manager, _Reporter(report, manager), num_process=jobs)
        running.run_all(order.task_dispatcher())
    if failures:
        raise failures[0]
    return {step.name: manager.get_values(step.name) for step in plan.steps}


class _Check:
    """Tells doit whether a step is up to date, and records what it was made from."""

    def __init__(self, plan: graph.Graph, step: graph.Step) -> None:
        self._plan = plan
        self._step = step
        self._inputs: fingerprint.Fingerprint = {}

    def configure_task(self, which: doit_task.Task) -> None:
        which.value_savers.append(self._state)

    def __call__(self, task: doit_task.Task, values: dict[str, typing.Any]) -> bool:  # noqa: ARG002
        self._inputs = self._plan.fingerprint(self._step)
        return not _reasons(self._plan, self._step, values, self._inputs)

    def _state(self) -> dict[str, typing.Any]:
        return {"inputs": self._inputs, "targets": _targets(self._plan, self._step)}


def _reasons(
    plan: graph.Graph,
    step: graph.Step,
    values: collections.abc.Mapping[str, typing.Any],
    inputs: fingerprint.Fingerprint,
) -> list[str]:
    if "inputs" not in values:
        return ["never built"]
    return fingerprint.changes(values["inputs"], inputs) + fingerprint.changes(
        values["targets"], _targets(plan, step)
    )


def _targets(plan: graph.Graph, step: graph.Step) -> fingerprint.Fingerprint:
    return {label: manifest.digest(path) for label, path in plan.targets(step).items()}


def _action(
    plan: graph.Graph, step: graph.Step, make: workers.Make, failures: list[Exception]
) -> collections.abc.Callable[[], dict[str, float] | bool]:
    def act() -> dict[str, float] | bool:
        started = time.perf_counter()
        try:
            make(plan, step)
        except Exception as error:
            failures.append(error)
            return False
        return {"seconds": round(time.perf_counter() - started, 2)}

    return act


def _products(plan: graph.Graph) -> dict[str, pathlib.Path]:
    return {name: plan.folders.products / name for step in plan.steps for name in step.products}


def _manifest(
    plan: graph.Graph, states: collections.abc.Mapping[str, dict[str, typing.Any]]
) -> manifest.Manifest:
    seen: fingerprint.Fingerprint = {}
    for state in states.values():
        seen |= state["inputs"]
    made = {label for step in plan.steps for label in plan.targets(step)}
    files = {label: value for label, value in seen.items() if " " not in label and label not in made}
    return manifest.compose(
        products=_products(plan),
        region=plan.folders.region,
        inputs=files,
        libraries={name.partition(" ")[2]: version for name, version in fingerprint.libraries().items()},
        code=fingerprint.combined({k: v for k, v in seen.items() if k.startswith(("code ", "step "))}),
        version=importlib.metadata.version("borderzone"),
    )


def _timings(started: float, seconds: collections.abc.Mapping[str, float]) -> dict[str, typing.Any]:
    """Tell the time of the build, here and nowhere else."""
    moment = datetime.datetime.fromtimestamp(started, tz=datetime.UTC)
    return {
        "started": moment.isoformat(timespec="seconds"),
        "seconds": round(time.time() - started, 2),
        "steps": dict(seconds),
    }


def _manager(folders: graph.Folders) -> dependency.Dependency:
    return dependency.Dependency(_Database, str(folders.stages / "state.json"))


class _Database(dependency.JsonDB):  # type: ignore[misc]
    """State of the steps, written whole after each of them; what cannot be read counts as none."""

    def _load(self) -> dict[str, typing.Any]:
        try:
            content = json.loads(pathlib.Path(self.name).read_text(encoding="utf-8"))
        except (ValueError, RecursionError):
            return {}
        steps = content.items() if isinstance(content, dict) else ()
        return {name: state for name, state in steps if _is_state(state)}

    def dump(self) -> None:
        path = pathlib.Path(self.name)
        fresh = path.with_suffix(".new")
        fresh.write_text(json.dumps(self._db), encoding="utf-8")
        fresh.replace(path)


def _is_state(state: object) -> bool:
    """Whether doit can have written this of a step: values, among them two fingerprints and a time."""
    if not isinstance(state, dict) or not isinstance(state.get("deps:"), list):
        return False
    values = state.get("_values_:")
    return (
        isinstance(values, dict)
        and isinstance(values.get("seconds"), (int, float))
        and all(_is_fingerprint(values.get(name)) for name in ("inputs", "targets"))
    )


def _is_fingerprint(found: object) -> bool:
    return isinstance(found, dict) and all(isinstance(digest, str) for digest in found.values())


class _Reporter:
    """Hands on what doit reports, and keeps the state of each finished step."""

    def __init__(self, report: progress.Progress, manager: dependency.Dependency) -> None:
        self._report = report
        self._manager = manager

    def execute_task(self, which: doit_task.Task) -> None:
        self._report.started(which.name)

    def add_success(self, which: doit_task.Task) -> None:
        self._manager.backend.dump()
        self._report.finished(which.name, which.values["seconds"])

    def skip_uptodate(self, which: doit_task.Task) -> None:
        self._report.skipped(which.name)

    def _nothing(self, *_: object) -> None:
        pass

    get_status = add_failure = skip_ignore = cleanup_error = _nothing
    runtime_error = teardown_task = complete_run = _nothing
