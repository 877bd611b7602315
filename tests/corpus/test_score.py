"""The command that scores labels, on a repository of our own writing."""

import json
import subprocess
from pathlib import Path

from tests.corpus.score import read_labels, scores

_SERVER = """import http from "http"
let ready
async function load() { return 1 }
http.createServer(async (req, res) => {
  ready ??= load()
  res.end(String(await ready))
}).listen(3000)
"""


def test_labels_of_a_repository_are_held_against_what_check_says_of_that_commit(tmp_path: Path) -> None:
    source = tmp_path / "repositories/owner/app"
    source.mkdir(parents=True)
    (source / "package.json").write_text('{"name": "app", "type": "module", "main": "server.js"}')
    (source / "server.js").write_text(_SERVER)
    who = ["-c", "user.name=a", "-c", "user.email=a@example.com"]
    for command in (["init", "--quiet"], ["add", "."], [*who, "commit", "--quiet", "-m", "first"]):
        subprocess.run(["git", "-C", str(source), *command], check=True)
    head = ["git", "-C", str(source), "rev-parse", "HEAD"]
    commit = subprocess.run(head, check=True, capture_output=True, text=True).stdout.strip()
    label = {"package": "owner/app", "version": commit, "file": "server.js", "function": ""} | {
        "pattern": "",
        "certainty": "sure",
        "why": "",
    }
    rows = [
        label | {"line": 5, "label": "positive"},
        label | {"line": 7, "label": "negative"},
        label | {"line": 1, "label": "grey"},
    ]
    labels = tmp_path / "labels.jsonl"
    labels.write_text("".join(json.dumps(row) + "\n" for row in rows))

    found = scores(read_labels(labels), tmp_path / "cache", (tmp_path / "repositories").as_uri())

    assert found["all"].line() == "precision 1.00 (1 of 1)  recall 1.00 (1 of 1)  F1 1.00"
    assert found["fails a build"].precision == 1
    assert found["errors"].recall == 0
