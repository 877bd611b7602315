// nextfix __VERSION__: rewrites the files below as Node loads them; on disk they stay as they are.
//
//     node --require ./nextfix-hook.cjs server.js
//     NODE_OPTIONS="--require /app/nextfix-hook.cjs" next start
//
// A file is rewritten only if its SHA-256 is one of those below; any other content gives a warning.
// NEXTFIX_HOOK=log names each file that is rewritten. Made for: __RELEASES__, __STYLE__.
'use strict';

const fs = require('fs');
const Module = require('module');
const path = require('path');

// File of the package -> hash as published -> [first byte, bytes replaced, replacement]...
const EDITS = __EDITS__;

// Hashes of these files that are in order already.
const IN_ORDER = new Set(__IN_ORDER__);

const FILES = Object.keys(EDITS);
const NAMES = new Set(FILES.map((file) => path.posix.basename(file)));
const LOG = process.env.NEXTFIX_HOOK === 'log';

function fileOf(filename) {
  const name = path.sep === '/' ? filename : filename.split(path.sep).join('/');
  return FILES.find((file) => name.endsWith(`/${file}`));
}

// Loaded when it is first needed: it takes longer to load than everything else here.
function sha256(bytes) {
  return require('crypto').createHash('sha256').update(bytes).digest('hex');
}

function rewritten(bytes, edits) {
  const parts = [];
  let at = 0;
  for (const [start, length, text] of edits) {
    parts.push(bytes.subarray(at, start), Buffer.from(text));
    at = start + length;
  }
  parts.push(bytes.subarray(at));
  return Buffer.concat(parts).toString('utf8');
}

const load = Module._extensions['.js'];

Module._extensions['.js'] = function nextfix(module, filename) {
  const file = NAMES.has(path.basename(filename)) ? fileOf(filename) : undefined;
  if (file === undefined) return load(module, filename);
  const bytes = fs.readFileSync(filename);
  const hash = sha256(bytes);
  const edits = EDITS[file][hash];
  if (edits !== undefined) {
    if (LOG) process.stderr.write(`nextfix-hook: ${filename}\n`);
    return module._compile(rewritten(bytes, edits), filename);
  }
  if (!IN_ORDER.has(hash)) {
    process.emitWarning(
      `${filename} is not a file that ${__filename} was made for; run 'nextfix export --to require-hook --write'`,
      { code: 'NEXTFIX_HOOK' },
    );
  }
  return load(module, filename);
};
