"""Ask the processor, from compiled code, for a place of an array ahead of its use."""

from __future__ import annotations

import collections.abc
import typing

import numpy as np
import numpy.typing as npt
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

_READ, _KEEP, _DATA = 0, 3, 1


def _prefetch(_: typing.Any, array: typing.Any, place: typing.Any) -> typing.Any:  # noqa: ANN401
    """Typing and code of the call, as numba wants them."""

    def generate(
        context: typing.Any,  # noqa: ANN401
        builder: ir.IRBuilder,
        signature: typing.Any,  # noqa: ANN401
        arguments: collections.abc.Sequence[ir.Value],
    ) -> ir.Value:
        data = context.make_array(signature.args[0])(context, builder, arguments[0]).data
        address = builder.bitcast(builder.gep(data, [arguments[1]]), ir.IntType(8).as_pointer())
        hints = [ir.Constant(ir.IntType(32), hint) for hint in (_READ, _KEEP, _DATA)]
        kind = ir.FunctionType(ir.VoidType(), [address.type, *(hint.type for hint in hints)])
        function = builder.module.declare_intrinsic("llvm.prefetch", [address.type], kind)
        builder.call(function, [address, *hints])
        return context.get_dummy_value()

    return types.void(array, place), generate


prefetch = typing.cast("collections.abc.Callable[[npt.NDArray[np.generic], int], None]", intrinsic(_prefetch))
"""Have the cache fetch the memory around a place of a flat array: LLVM's ``llvm.prefetch``.

There is no wait and no result. Nothing is read, so the place may lie off the array.
"""
