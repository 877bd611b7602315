"""Files that work through jobs: what they keep for each call is that of a job, where no request calls them."""

from pathlib import Path

import pytest

from patcher.analysis.file import analyse
from patcher.scan.link import Link, Linked

RACES = """
export async function processJob(job) {
  return Promise.race([job.run(), new Promise((_, fail) => setTimeout(() => fail(new Error('late')), 120000))])
}
"""


def doubts(folder: Path, monkeypatch: pytest.MonkeyPatch, head: str) -> list[str]:
    (folder / "package.json").write_text('{"dependencies": {"express": "5"}}')
    (folder / "server.js").write_text("import express from 'express'\nimport './work.js'\n")
    (folder / "work.js").write_text(head + RACES)
    monkeypatch.chdir(folder)
    link = Link(Linked(["server.js", "work.js"]))
    sites = link.settled("work.js", analyse((head + RACES).encode()))
    assert [site.family for site in sites] == ["long-timeout"]
    return [site.doubt for site in sites]


@pytest.mark.parametrize(
    ("head", "runner"),
    [
        (
            "import { run } from 'graphile-worker'\nrun({ taskList: { job: (_, it) => processJob(it) } })\n",
            "graphile-worker",
        ),
        ("import { Worker } from 'bullmq'\nnew Worker('jobs', processJob)\n", "bullmq"),
        ("import cron from 'node-cron'\ncron.schedule('* * * * *', processJob)\n", "node-cron"),
        ("const Queue = require('bull')\nnew Queue('jobs').process(processJob)\n", "bull"),
    ],
)
def test_what_a_job_keeps_is_in_doubt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, head: str, runner: str
) -> None:
    (doubt,) = doubts(tmp_path, monkeypatch, head)
    assert (
        doubt
        == f"this file works through the jobs of {runner}: does a request call `processJob`, or only a job?"
    )


@pytest.mark.parametrize(
    "head",
    [
        "",
        "import { Queue } from 'bullmq'\nexport const jobs = new Queue('jobs')\n",
        "import express from 'express'\nimport { Worker } from 'bullmq'\nnew Worker('jobs', processJob)\n",
    ],
)
def test_who_adds_jobs_or_serves_requests_too_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, head: str
) -> None:
    assert doubts(tmp_path, monkeypatch, head) == [""]
