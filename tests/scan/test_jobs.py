"""Files that work through jobs: what they keep for each call is that of a job, where no request calls them."""

from pathlib import Path

import pytest

from patcher.analysis.file import analyse
from patcher.catalogue.load import families
from patcher.scan import server_code
from patcher.scan.link import Link
from patcher.scan.linked import Linked

RACES = """
export async function processJob(job) {
  return Promise.race([job.run(), new Promise((_, fail) => setTimeout(() => fail(new Error('late')), 120000))])
}
"""


def doubts(folder: Path, monkeypatch: pytest.MonkeyPatch, head: str, **others: str) -> list[str]:
    files = {"server": "import './work.js'\n"} | others
    (folder / "package.json").write_text('{"dependencies": {"express": "5"}}')
    for name, text in files.items():
        (folder / f"{name}.js").write_text(
            ("import express from 'express'\n" if name == "server" else "") + text
        )
    (folder / "work.js").write_text(head + RACES)
    monkeypatch.chdir(folder)
    link = Link(Linked([*(f"{name}.js" for name in files), "work.js"]), families())
    sites = link.settled("work.js", analyse((head + RACES).encode()))
    assert [site.family for site in sites] == ["long-timeout"]
    return [site.doubt.text for site in sites]


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
        (
            "import { Processor } from '@nestjs/bullmq'\n"
            "@Processor('jobs') class Jobs { run(job) { return processJob(job) } }\n",
            "@nestjs/bullmq",
        ),
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
        (
            "import { Controller } from '@nestjs/common'\nimport { Processor } from '@nestjs/bull'\n"
            "@Controller('jobs') @Processor('jobs') class Jobs { run(job) { return processJob(job) } }\n"
        ),
    ],
)
def test_who_adds_jobs_or_serves_requests_too_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, head: str
) -> None:
    server = "import { processJob } from './work.js'\nexpress().get('/', () => processJob({ run: go }))\n"
    assert doubts(tmp_path, monkeypatch, head, server=server) == [""]


WORKER = "import { Worker } from 'bullmq'\nimport { run } from './steps.js'\nnew Worker('jobs', (job) => run(job))\n"
STEPS = """
import { processJob } from './work.js'
export const run = async (job) => {
  const go = () => step(job)
  job.socket.on('ready', go)
}
async function step(job) { await processJob(job) }
"""


def test_what_only_jobs_call_over_other_files_is_in_doubt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = "import './worker.js'\n"
    (doubt,) = doubts(tmp_path, monkeypatch, "", server=server, worker=WORKER, steps=STEPS)
    assert doubt == "only background jobs are seen to call `processJob`: does a request, too?"


@pytest.mark.parametrize(
    "server",
    [
        "import { run } from './steps.js'\nexpress().post('/', async (req) => { await run(req.body) })\n",
        "import { run } from './steps.js'\nconst go = (body) => run(body)\nexpress().post('/', handler(go))\n",
        "import { processJob } from './work.js'\nexpress().post('/', wrap(processJob))\n",
    ],
    ids=["a handler calls it", "a function that is handed on calls it", "it is handed on itself"],
)
def test_what_a_request_calls_too_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: str
) -> None:
    assert doubts(tmp_path, monkeypatch, "", server=server, worker=WORKER, steps=STEPS) == [""]


def test_a_function_of_the_same_name_in_another_file_is_another_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = "export const processJob = (job) => job.now()\n"
    server = "import './worker.js'\nimport { processJob } from './other.js'\n"
    server += "express().post('/', async (req) => { await processJob(req) })\n"
    assert doubts(tmp_path, monkeypatch, "", server=server, worker=WORKER, steps=STEPS, other=others) != [""]


def test_a_file_is_asked_once_whether_it_serves_however_much_is_found_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    class Counting:
        def search(self, source: bytes) -> None:
            asked.append(source)

    monkeypatch.setattr(server_code, "LISTENS", Counting())
    monkeypatch.chdir(tmp_path)
    counts = []
    for slots in (1, 20):
        source = "import express from 'express'\n" + "".join(
            f"let p{i}\nexport const get{i} = () => p{i} ??= fetch('/')\n" for i in range(slots)
        )
        Path("app.js").write_text(source)
        sites = analyse(source.encode())
        link = Link(Linked(["app.js"]), families())
        assert len(link.settled("app.js", sites)) == len(sites) == slots
        counts.append(len(asked))
        asked.clear()

    assert counts[0] == counts[1] > 0
