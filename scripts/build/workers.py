"""Run steps in processes of their own, several at a time, each of them into a folder of its own."""

from __future__ import annotations

import collections.abc
import concurrent.futures
import contextlib
import errno
import multiprocessing
import os
import pathlib
import shutil
import threading
import time
import typing

if typing.TYPE_CHECKING:
    import pandas as pd

    from scripts.build import graph

_LIBRARIES = (
    *("geopandas", "pyogrio", "pandera.pandas", "pandera.backends.pandas.builtin_checks"),
    *("scipy.special", "branca"),
)

# Bytes with which a step can still fail for want of room: files are written in blocks.
_LEAST_FREE = 1 << 20


def prepare(jobs: int) -> None:
    """Let the server from which workers start load the libraries, while this process goes on."""
    if jobs > 1 and "forkserver" in multiprocessing.get_all_start_methods():
        from multiprocessing import forkserver

        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
        _context().set_forkserver_preload(list(_LIBRARIES))
        forkserver.ensure_running()


class _Here(concurrent.futures.Executor):
    """Runs everything at once in this process."""

    def submit(
        self,
        fn: collections.abc.Callable[..., typing.Any],
        /,
        *args: typing.Any,  # noqa: ANN401 - as the interface has it
        **kwargs: typing.Any,  # noqa: ANN401
    ) -> concurrent.futures.Future[typing.Any]:
        """Run it, and give what holds the result."""
        future: concurrent.futures.Future[typing.Any] = concurrent.futures.Future()
        future.set_result(fn(*args, **kwargs))
        return future


@contextlib.contextmanager
def started(jobs: int) -> collections.abc.Iterator[concurrent.futures.Executor]:
    """Give what runs steps: this process if there is one job, else so many workers.

    Workers start when they are first needed, with one thread of linear algebra each, and end with this
    process, however it ends.
    """
    if jobs == 1:
        yield _Here()
        return
    prepare(jobs)
    pool = concurrent.futures.ProcessPoolExecutor(jobs, mp_context=_context(), initializer=_ready)
    try:
        yield pool
    except BaseException:
        for process in multiprocessing.active_children():
            process.kill()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def make(plan: graph.Graph, step: graph.Step) -> float:
    """Run one step, and move on what it made if that is what it declared; return the seconds that it took.

    Raises
    ------
    LookupError
        If it made or returned something else.
    OSError
        If there is no room left on the disk.
    """
    began = time.perf_counter()
    workspace = plan.workspace(step)
    partial = workspace.out
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        layers = step.run(workspace) or {}
        if tuple(layers) != step.layers:
            raise LookupError(f"step {step.name} returned layers {tuple(layers)}; declared {step.layers}")
        for name, layer in layers.items():
            _write_stage(name, layer, partial / f"stages/{name}.gpkg")
        targets = plan.targets(step)
        made = {path.relative_to(partial).as_posix() for path in partial.rglob("*") if path.is_file()}
        if made != set(targets):
            raise LookupError(f"step {step.name} made {sorted(made)}; declared {sorted(targets)}")
        for label, path in targets.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            (partial / label).replace(path)
    except Exception as error:
        # Libraries tell a full disk each in its own words.
        if shutil.disk_usage(partial).free < _LEAST_FREE:
            full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(plan.folders.stages))
            raise full from error
        raise
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return round(time.perf_counter() - began, 2)


def _write_stage(name: str, layer: pd.DataFrame, path: pathlib.Path) -> None:
    from layers.io import store

    path.parent.mkdir(exist_ok=True)
    store.write_layers({name: layer}, path)


def _context() -> multiprocessing.context.BaseContext:
    """Way to start workers: from a server that has loaded the libraries, on systems that have one."""
    known = multiprocessing.get_all_start_methods()
    return multiprocessing.get_context("forkserver" if "forkserver" in known else "spawn")


def _ready() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_exit_after, args=(parent,), daemon=True).start()


def _exit_after(parent: multiprocessing.process.BaseProcess) -> None:
    parent.join()
    os._exit(1)
