"""What an experiment is made of, and which combinations a matrix holds."""

import pytest

from patcher.errors import ExitCode, NextfixError
from patcher.prove.matrix import Axes, cells, default_axes
from patcher.prove.spec import TRAFFIC, Spec, completed, dependencies, node_options, parsed


@pytest.mark.parametrize(
    ("release", "react", "tracer"),
    [
        ("9.5.5", "16.14.0", "dd-trace@0.33.1"),
        ("12.3.7", "18.2.0", "dd-trace@3.3.0"),
        ("13.0.7", "18.2.0", "dd-trace@3.9.3"),
        ("16.4.6", "19.2.0", "dd-trace@6.21.0"),
    ],
)
def test_a_release_of_next_gets_the_react_and_the_dd_trace_of_its_time(
    release: str, react: str, tracer: str
) -> None:
    spec = completed(Spec(next=release))

    assert spec.tracer == tracer
    assert dependencies(spec)["react"] == react


@pytest.mark.parametrize(
    "spec",
    [
        Spec(next="13"),
        Spec(next="8.1.0"),
        Spec(tracer="dd-trace@"),
        Spec(tracer="sentry"),
        Spec(traffic="fast"),
    ],
)
def test_what_cannot_be_run_is_a_usage_error(spec: Spec) -> None:
    with pytest.raises(NextfixError) as error:
        completed(spec)

    assert error.value.code is ExitCode.USAGE


def test_a_plain_async_local_storage_installs_no_tracer() -> None:
    assert set(dependencies(Spec(tracer="als"))) == {"next", "react", "react-dom"}


def test_only_old_releases_on_a_new_openssl_get_the_legacy_algorithms() -> None:
    assert node_options("10.2.3", 18) == "--openssl-legacy-provider"
    assert node_options("10.2.3", 16) == ""
    assert node_options("12.0.0", 18) == ""


def test_a_command_says_all_that_differs_from_the_defaults() -> None:
    spec = Spec("14.2.35", "als", "18", "single-flight", 5, False, "one-shot", True, True)

    assert spec.command == (
        "nextfix prove --next 14.2.35 --tracer als --node 18 --style single-flight --requests 5 --no-prepare "
        "--traffic one-shot --together --quick"
    )
    further = Spec("16.4.6", "sentry@11", app_router=True, growth=False, also=("detached", "deps"))
    assert further.command == (
        "nextfix prove --next 16.4.6 --tracer sentry@11 --app-router --also detached --also deps --no-growth"
    )
    everything = completed(Spec("16.4.6", "als", everything=True))
    assert everything.command == "nextfix prove --next 16.4.6 --tracer als --everything"
    assert Spec(tracer="als", cost=True).command == "nextfix prove cost --next 13.0.7 --tracer als"


def test_a_matrix_leaves_out_the_nodes_that_a_release_does_not_support() -> None:
    found = [
        (spec.next, spec.node)
        for spec in cells(Spec(), Axes(("13.0.7", "16.4.6"), ("als",), ("16", "20.20.2")))
    ]

    assert found == [("13.0.7", "16"), ("13.0.7", "20.20.2"), ("16.4.6", "20.20.2")]


def test_a_matrix_has_every_style_and_traffic_of_an_install_together() -> None:
    axes = Axes(("13.0.7",), ("als",), ("20",), ("documented", "single-flight"), tuple(TRAFFIC))

    specs = cells(Spec(), axes)

    assert len({(spec.style, spec.traffic) for spec in specs}) == len(specs) == 8
    assert {(spec.quick, spec.growth, spec.also) for spec in specs} == {(False, False, ("detached",))}


def test_a_matrix_of_everything_has_cells_of_its_own_and_only_releases_that_serve_it() -> None:
    base = Spec(everything=True)

    found = cells(base, default_axes(base))

    assert len(found) == 18
    assert {spec.next for spec in found} == {"14.2.35", "15.5.29", "16.4.6"}
    assert all(spec.everything and spec.app_router and spec.quick for spec in found)


def test_a_matrix_asks_for_the_app_router_where_there_is_one_and_names_a_tracer_once() -> None:
    axes = Axes(("13.5.6", "16.4.6"), ("dd-trace", "dd-trace@6.21.0"), ("22",))

    found = [(spec.next, spec.tracer, spec.app_router) for spec in cells(Spec(app_router=True), axes)]

    assert found == [
        ("13.5.6", "dd-trace@4.17.0", False),
        ("13.5.6", "dd-trace@6.21.0", False),
        ("16.4.6", "dd-trace@6.21.0", True),
    ]


def test_a_canary_counts_as_its_release() -> None:
    assert parsed("13.2.5-canary.34") == (13, 2, 5)
