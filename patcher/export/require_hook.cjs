// nextfix __VERSION__: rewrites the files below as Node loads them; on disk they stay as they are.
//
//     node --require ./nextfix-hook.cjs server.js
//     NODE_OPTIONS="--require /app/nextfix-hook.cjs" npm start
//
// A file is rewritten only if its SHA-256 is one of those below; any other content gives a warning, and so does
// another loader (tsx, ts-node) that compiles a file from a text of its own. NEXTFIX_HOOK=log names each file that
// is rewritten. Made for: __RELEASES__, __STYLE__.
'use strict';

const fs = require('fs');
const Module = require('module');
const path = require('path');

// File of the package -> hash as published -> [first byte, bytes replaced, replacement]...
const EDITS = __EDITS__;

// Hashes of these files that are in order already.
const IN_ORDER = new Set(__IN_ORDER__);

// The context in which no request runs, made before the first request: what is kept in style `detached` is made in it.
const ROOT = Symbol.for('nextfix.root');
if (globalThis[ROOT] === undefined) globalThis[ROOT] = new (require('async_hooks').AsyncResource)('nextfix.root');

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

const met = new Set();

function warn(text) {
  process.emitWarning(text, { code: 'NEXTFIX_HOOK' });
}

// Every loader of CommonJS ends here, whatever it puts into Module._extensions after this file did.
const compile = Module.prototype._compile;

Module.prototype._compile = function nextfix(content, filename, ...rest) {
  const file = NAMES.has(path.basename(filename)) ? fileOf(filename) : undefined;
  if (file === undefined) return compile.call(this, content, filename, ...rest);
  met.add(filename);
  const bytes = fs.readFileSync(filename);
  const hash = sha256(bytes);
  const edits = EDITS[file][hash];
  if (edits !== undefined) {
    const text = bytes.toString('utf8');
    if (content === text || `\uFEFF${content}` === text) {
      if (LOG) process.stderr.write(`nextfix-hook: ${filename}\n`);
      return compile.call(this, rewritten(bytes, edits).replace(/^\uFEFF/, ''), filename, ...rest);
    }
    warn(`${filename} is NOT rewritten: another loader (tsx, ts-node, --import) changes its text; let that loader ` +
      `leave node_modules alone, or use 'nextfix apply' in place of ${__filename}`);
  } else if (!IN_ORDER.has(hash)) {
    warn(`${filename} is not a file that ${__filename} was made for; run 'nextfix export --to require-hook --write'`);
  }
  return compile.call(this, content, filename, ...rest);
};

// A loader that runs modules without compiling them here leaves nothing to see but the module itself.
function lookAround() {
  for (const filename of Object.keys(require.cache)) {
    if (!met.has(filename) && NAMES.has(path.basename(filename)) && fileOf(filename) !== undefined) {
      met.add(filename);
      warn(`${filename} is NOT rewritten: another loader (--import, --loader) ran it past ${__filename}; ` +
        "use 'nextfix apply' in its place");
    }
  }
}

for (const delay of [3000, 30000]) setTimeout(lookAround, delay).unref();
process.once('beforeExit', lookAround);
