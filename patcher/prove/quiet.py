"""No trace leaves the machine: where tracers send is a closed port of 127.0.0.1, whatever a variable or .env says.

Tracers stay on, since what they keep is what is measured. A variable of the environment wins over the same one of
an .env file, unless a program lets the file win: so the lines of such files are rewritten as well, in the copy.
An address that an application writes into its own code is out of reach.
"""

import os
import re
from collections.abc import Mapping
from pathlib import Path

from patcher.disk.outside import read_outside
from patcher.disk.write import write_file
from patcher.errors import NextfixError

_TRACERS = (
    "APPLICATIONINSIGHTS|APPOPTICS|ATATUS|AWS_XRAY|AXIOM|DASH0|DATADOG|DD|DT|DYNATRACE|ELASTIC|GRAFANA|HONEYCOMB|HYPERDX"
    "|INSTANA|JAEGER|LIGHTSTEP|LOGTAIL|NEWRELIC|NEW_RELIC|NEXT_PUBLIC_SENTRY|OTEL|OTLP|ROLLBAR|SENTRY|SIGNOZ|SW"
    "|SKYWALKING|SOLARWINDS|UPTRACE|ZIPKIN"
)
_URL = re.compile(rf"(?:{_TRACERS})_(?:\w+_)?(?:ENDPOINT|ENDPOINTS|SERVER_URL|SERVER_URLS|URL|URLS)")
_HOST = re.compile(rf"(?:{_TRACERS})_(?:\w+_)?(?:HOST|HOSTNAME)")
_ADDRESS = re.compile(rf"(?:{_TRACERS})_(?:\w+_)?(?:ADDRESS|ADDR|SERVER)")
_PORT = re.compile(rf"(?:{_TRACERS})_(?:\w+_)?PORT")
_EMPTY = re.compile(rf"(?:{_TRACERS})_(?:\w+_)?(?:DSN|CONNECTION_STRING|SITE)")
_SIGNALS = ("TRACES", "METRICS", "LOGS", "PROFILES")
_LINE = re.compile(r"^(\s*(?:export\s+)?)([A-Za-z_]\w*)(\s*=).*$", re.MULTILINE)
_LARGEST = 1 << 20


def quiet(variables: Mapping[str, str], port: int) -> dict[str, str]:
    """`variables`, every address of a tracer in them led to `port`, and those that tracers have by default too.

    Args:
        variables: an environment.
        port: a port of 127.0.0.1 where nobody listens.
    """
    led = {name: led_to(name, port) for name in variables}
    return {name: variables[name] if to is None else to for name, to in led.items()} | _defaults(port)


def led_to(name: str, port: int) -> str | None:
    """What a variable of that name becomes; None when it is not an address of a tracer."""
    if _URL.fullmatch(name):
        return f"http://127.0.0.1:{port}"
    if _HOST.fullmatch(name):
        return "127.0.0.1"
    if _ADDRESS.fullmatch(name):
        return f"127.0.0.1:{port}"
    if _PORT.fullmatch(name):
        return str(port)
    if _EMPTY.fullmatch(name):
        return ""
    return None


def quieten_files(folder: Path, port: int) -> None:
    """Lead the addresses of tracers in the .env files of `folder`, a copy, to `port`.

    Raises:
        NextfixError: FILES when one cannot be written.
    """
    defaults = _defaults(port)

    def line(found: re.Match[str]) -> str:
        to = defaults.get(found[2], led_to(found[2], port))
        return found[0] if to is None else f"{found[1]}{found[2]}{found[3]}{to}"

    for path in sorted(folder.glob(".env*")):
        try:
            text = read_outside(path, limit=_LARGEST).decode("utf-8", "surrogateescape")
        except NextfixError:
            continue  # a folder, a pipe: no program reads it as a file of variables
        changed = _LINE.sub(line, text)
        if changed != text:
            path.unlink()  # never through a link
            write_file(path, changed.encode("utf-8", "surrogateescape"))


def _defaults(port: int) -> dict[str, str]:
    closed = f"http://127.0.0.1:{port}"
    return {
        "DD_TRACE_ENABLED": "true",
        "DD_TRACE_AGENT_URL": closed,
        "DD_AGENT_HOST": "127.0.0.1",
        "DD_TRACE_AGENT_HOSTNAME": "127.0.0.1",
        "DD_TRACE_AGENT_PORT": str(port),
        "DD_TRACE_STARTUP_LOGS": "false",
        "DD_INSTRUMENTATION_TELEMETRY_ENABLED": "false",
        "DD_REMOTE_CONFIGURATION_ENABLED": "false",
        "DD_PROFILING_ENABLED": "false",
        "DD_CRASHTRACKING_ENABLED": "false",
        "DD_RUNTIME_METRICS_ENABLED": "false",
        "DD_LLMOBS_ENABLED": "false",
        "DD_LLMOBS_AGENTLESS_ENABLED": "false",
        "DD_CIVISIBILITY_AGENTLESS_ENABLED": "false",
        "DD_DOGSTATSD_HOSTNAME": "127.0.0.1",
        "DD_DOGSTATSD_PORT": str(port),
        "DD_API_KEY": "",
        "OTEL_EXPORTER_OTLP_ENDPOINT": closed,
        **{f"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT": closed for signal in _SIGNALS},
        "OTEL_EXPORTER_ZIPKIN_ENDPOINT": f"{closed}/api/v2/spans",
        "OTEL_EXPORTER_JAEGER_ENDPOINT": closed,
        "OTEL_EXPORTER_JAEGER_AGENT_HOST": "127.0.0.1",
        "OTEL_EXPORTER_JAEGER_AGENT_PORT": str(port),
        "ELASTIC_APM_SERVER_URL": closed,
        "ELASTIC_APM_SERVER_URLS": closed,
        "ELASTIC_APM_CLOUD_PROVIDER": "none",
        "INSTANA_AGENT_HOST": "127.0.0.1",
        "INSTANA_AGENT_PORT": str(port),
        "INSTANA_ENDPOINT_URL": "",
        "NEW_RELIC_ENABLED": "false",
        "NEW_RELIC_HOST": "127.0.0.1",
        "NEW_RELIC_PORT": str(port),
        "SENTRY_DSN": "",
        "NEXT_PUBLIC_SENTRY_DSN": "",
        "SENTRY_SPOTLIGHT": "false",
    }


def inherited() -> dict[str, str]:
    """The environment of nextfix itself, without what would reach into every Node."""
    return {name: value for name, value in os.environ.items() if name != "NODE_OPTIONS"}
