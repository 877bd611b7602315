"""A group of options that several commands have: a dataclass with a field for each, annotated as typer wants it."""

from collections.abc import Callable
from functools import wraps
from inspect import Parameter, signature
from typing import Any, Concatenate, TypeVar

Command = Callable[..., Any]
Group = TypeVar("Group")


def with_options(group: type[Group]) -> Callable[[Callable[Concatenate[Group, ...], Any]], Command]:
    """Give a command the options of `group` after its own; it gets their values as its first argument, a `group`.

    What typer takes for an argument and not for an option stands before the command's own.
    """
    shared = signature(group).parameters

    def decorate(command: Callable[Concatenate[Group, ...], Any]) -> Command:
        @wraps(command)
        def run(**values: Any) -> Any:
            return command(group(**{name: values.pop(name) for name in shared}), **values)

        own = list(signature(command).parameters.values())[1:]
        vars(run)["__signature__"] = signature(command).replace(
            parameters=sorted([*own, *shared.values()], key=_is_option)
        )
        return run

    return decorate


def _is_option(parameter: Parameter) -> bool:
    from typer.models import ArgumentInfo

    return not any(
        isinstance(each, ArgumentInfo) for each in getattr(parameter.annotation, "__metadata__", ())
    )
