"""Nothing that a tracer sends leaves the machine, whatever the environment or an .env file says."""

import http.server
import os
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from patcher.prove.quiet import led_to, quiet, quieten_files
from patcher.prove.server import environment
from patcher.prove.stage import Stage

ADDRESSES = (
    "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT",
    "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", "OTEL_EXPORTER_ZIPKIN_ENDPOINT", "OTEL_EXPORTER_JAEGER_ENDPOINT",
    "ELASTIC_APM_SERVER_URL", "ELASTIC_APM_SERVER_URLS", "DD_TRACE_AGENT_URL", "DD_CIVISIBILITY_AGENTLESS_URL",
    "DD_LLMOBS_OVERRIDE_ORIGIN_URL", "SIGNOZ_ENDPOINT", "HONEYCOMB_API_ENDPOINT", "UPTRACE_URL",
)  # fmt: skip
# Sends to every address that it finds in its variables, as exporters do, and reads an .env file first.
SENDER = """
require("fs").readFileSync(".env", "utf8").split("\\n").forEach((line) => {
  const [, name, value] = /^(\\w+)=(.*)$/.exec(line) ?? [];
  if (name) process.env[name] = value;  // as dotenv with override
});
const urls = Object.values(process.env).filter((value) => /^http:/.test(value));
Promise.allSettled(urls.map((url) => fetch(url, { method: "POST", body: "spans" }))).then((all) => {
  console.log("sent", all.length);
});
"""


class Collector(http.server.BaseHTTPRequestHandler):
    """Counts what it gets."""

    got = 0

    def do_POST(self) -> None:
        """Take anything."""
        type(self).got += 1
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *arguments: object) -> None:
        """Nothing is logged."""


@pytest.fixture
def collector() -> Iterator[int]:
    Collector.got = 0
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Collector) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


def test_a_collector_that_variables_and_env_files_name_gets_nothing(
    node: str, collector: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = f"http://127.0.0.1:{collector}/v1/traces"
    for name in ADDRESSES:
        monkeypatch.setenv(name, place)
    (tmp_path / ".env").write_text("".join(f"{name}={place}\n" for name in ADDRESSES))
    (tmp_path / "send.js").write_text(SENDER)

    with Stage() as stage:
        quieten_files(tmp_path, stage.closed_port)
        ran = subprocess.run(
            [node, "send.js"],
            cwd=tmp_path,
            env=environment(stage),
            capture_output=True,
            text=True,
            timeout=60,
        )

    assert int(ran.stdout.split()[-1]) >= len(ADDRESSES), ran.stderr
    assert Collector.got == 0


def test_the_collector_of_the_test_gets_what_is_not_led_away(
    node: str, collector: int, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text(f"OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:{collector}\n")
    (tmp_path / "send.js").write_text(SENDER)

    subprocess.run([node, "send.js"], cwd=tmp_path, env={"PATH": os.environ["PATH"]}, check=True, timeout=60)

    assert Collector.got == 1


def test_what_is_no_address_of_a_tracer_is_left_alone() -> None:
    mine = {"DATABASE_URL": "postgres://db", "NEXT_PUBLIC_API_URL": "https://api", "OTEL_SERVICE_NAME": "shop",
            "HOST": "0.0.0.0", "DD_SERVICE": "shop", "OTEL_TRACES_EXPORTER": "otlp", "ADDRESS": "x"}  # fmt: skip

    assert {name: quiet(mine, 9)[name] for name in mine} == mine


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DD_AGENT_HOST", "127.0.0.1"), ("INSTANA_AGENT_PORT", "9"), ("SENTRY_DSN", ""),
        ("AWS_XRAY_DAEMON_ADDRESS", "127.0.0.1:9"), ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://127.0.0.1:9"),
    ],
)  # fmt: skip
def test_an_address_keeps_its_form(name: str, value: str) -> None:
    assert led_to(name, 9) == value


def test_an_env_file_that_is_a_link_is_replaced_and_what_it_leads_to_stays(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_text("SENTRY_DSN=https://a@b/1\nA=b\n")
    app = tmp_path / "app"
    app.mkdir()
    (app / ".env").symlink_to(outside)

    quieten_files(app, 9)

    assert (app / ".env").read_text() == "SENTRY_DSN=\nA=b\n"
    assert outside.read_text() == "SENTRY_DSN=https://a@b/1\nA=b\n"
