"""Constructs that TypeScript 5.9 and ECMAScript 2026 allow, each a file of its own: (suffix, text).

TypeScript's own parser accepts every one of them; `npx typescript@5.9` over the files is how that was seen.
"""

TYPESCRIPT = (
    "const a = await original<typeof import('./x')>()\n",
    'const a = { ...(await original<typeof import("@scope/x")>()) }\n',
    "const rows = await db.$queryRaw<{ id: string }[]>`SELECT 1`\n",
    "const rows = await db<Row[]>`SELECT ${id} -- a > b`\n",
    "const rows = await db.$queryRaw<\n  { id: string; at: Date }[]\n>`SELECT 1`\nconst next = 1\n",
    "const row = sql<Map<string, (a: number) => void>>`x`\n",
    "export type * from './types'\nexport type * as ns from './types'\n",
    "let timer: (string) => any\nclass A { private f: (any, string) => void }\n",
    "const map: (any) => Row = (row) => ({ id: row.id })\n",
    "interface Filter { in?: string[]; abstract?: string; out: number; is: boolean; type: string }\n",
    "type Q = { in: string\n  abstract: string\n}\n",
    "let p: import('./x').Q[]\ntype R = import('./x').N.Q['id'] | null\n",
    "type S = import('expo').Props['name']\ninterface T { id?: import('./x').Prisma.Input['id'] }\n",
    "const f = new Set<<T>(v: T) => void>()\n",
    "export default plugin(id, { Helper: '' as Metadata<<T extends Base>(load: Loader<T>) => Promise<T>> })\n",
    "interface F {\n  (a: string): void\n  <A extends B>(a: A, b: string): A\n}\n",
    (
        "type G = {\n  <F extends (...a: any[]) => any>(name: string, fn: F): ReturnType<F>\n  <F extends "
        "(s?: S) => any>(n: string, fn: F): F\n}\n"
    ),
    "import data from './x.json' assert { type: 'json' }\n",
    "import data from './x.json' with { type: 'json' }\nexport { a } from './x.json' with { type: 'json' }\n",
    (
        "interface B<out T> { a: T }\ninterface C<in T, in out U> { a(x: T): U }\nclass D<\n  out T extends "
        "A = A,\n  U = T\n> {}\n"
    ),
    "type M = { [namespace in keyof A]: { [type in keyof A[namespace]]: 1 } }\n",
    "const f = ({ o }?: {}) => void o\nfunction g([a]?: number[], { b }?: { b: 1 }) {}\n",
    "const using = fn()\nexpect(using).toBe(1)\nusing.push(2)\n",
    "{\n  using a = open()\n  await using b = open()\n}\nfor (using c of list) c.x()\n",
    "abstract class A { abstract x: number; abstract get y(): string; protected abstract z(): void }\n",
    "class A { accessor x = 1; static accessor #y = 2; declare z: string; override w(): void {} }\n",
    "const x = { a: 1 } satisfies Record<string, number>\n",
    "function f<const T extends readonly unknown[]>(x: T): T { return x }\n",
    "function isA(x: unknown): asserts x is A {}\nfunction g(this: A, x?: any): asserts x {}\n",
    "type T = abstract new (...args: any[]) => object\n",
    "type U = `${Uppercase<string>}-${number}`\ntype V = { [K in keyof T as `get${K & string}`]-?: T[K] }\n",
    "import fs = require('fs')\nexport = fs\n",
    "import type A, { type B } from './x'\nimport { type C, D as E } from './x'\nexport { type C }\n",
    "declare global { interface Window { x: 1 } }\ndeclare module 'x' { const y: number; export default y }\n",
    "namespace A.B { export const c = 1 }\ndeclare namespace C { let d: string }\n",
    "enum A { B = 1 << 0, C = B | 2, D = 'x'.length }\nconst enum E { F }\ndeclare enum G { H }\n",
    "type L = [first: string, second?: number, ...rest: boolean[]]\n",
    "type N = T extends (infer U extends string)[] ? U : never\n",
    "type O = typeof this.x\ntype P = typeof a.b<string>\nconst inst = a.b<string>\n",
    "const y = <T,>(x: T) => x\nconst z = async <T>(x: T): Promise<T> => x\n",
    "const v = <string>value\nconst w = value as unknown as string[]\nconst n = a!.b!()!\n",
    (
        "class A<T> extends B<T> implements C, D<T> { constructor(private readonly x: X, public y?: Y) { "
        "super() } }\n"
    ),
    "@Dec() export class A { @In() b!: string; @Get(':id') c(@Param('id') id: string) {} }\n",
    "export @Dec class A {}\nexport default @Dec() class {}\n",
    "let u: unique symbol\nlet k: keyof typeof obj\nlet r: readonly string[]\n",
    "function over(a: string): void\nfunction over(a: number): void\nfunction over(a: any) {}\n",
    "type Getters = { get x(): string; set x(v: string | number) }\n",
    "export default abstract class A {}\n",
    "export default interface A { b: string }\n",
    "export as namespace Foo\n",
    "type A = (new () => B) | (() => void)\ntype C = A extends () => infer R ? R : never\n",
    "let o: { readonly [key: string]: number }\n",
    "type A = | 'a'\n  | 'b'\ntype I = & { a: 1 } & { b: 2 }\n",
    "label: for (const x of y) { continue label }\n",
    "const r = /(?<y>\\d)|(?<y>x)/v\nconst big = 1_000n\n",
    "class A { static { this.x = 1 } #p = 1; has(o: A) { return #p in o } }\n",
    "export const f = function <T>(this: T) {}\nconst o = { async *gen<T>() {}, get a() { return 1 } }\n",
    "let a: string | undefined = b ?? c\na ||= 'x'; a &&= 'y'; a ??= 'z'\n",
    "import x, * as y from 'z'\nexport * as default from 'z'\n",
    "import { 'a-b' as c } from 'z'\nexport { c as 'd-e' }\n",
    "export { f as function, f as null, g as default }\n",
    "const t = a ? (b) : (c)\nconst t2 = a ? (b): string => b : c\n",
    "try { x() } catch { y() } finally { z() }\n",
    "let opt = a?.b?.[c]?.(d)\n",
    "function f(x: number | string = 1, ...rest: [a: string, b?: number]): x is string { return true }\n",
    "type Fn = typeof import('./x')\ntype D = Awaited<ReturnType<typeof import('./x').load>>\n",
    "const c = class<T> { m<const U>(u: U) { return u } }\n",
    "let tuple: [a: string, ...b: number[]] = ['x'] as const\n",
    "var async = 1; var of = 2; var get = 3; var type = 4; var as = 5; type = async\n",
    "type Rec = { type: string; of: string; get: string; set: string; static: string; async: string }\n",
    "declare function f(a: string): void\ndeclare const x: number, y: string\ndeclare let z: any\n",
    "import json from './x.json' with { type: 'json', lazy: 'true' }\n",
    "import defer * as feature from './feature.js'\n",
    "function assertIsString(val: any): asserts val is string\n",
    "type X = A[number]['b'] extends infer U ? U : never\n",
    "const x = y satisfies Z as W\n",
    "if (a < b && c > d) f(a < b, c > (d))\n",
    "const a = b as any as <T>(x: T) => T\n",
    "interface I { new (x: string): I; (y: number): void; readonly [k: string]: any; m?(): void }\n",
    "export import A = B.C\nimport type D = require('d')\n",
    "export declare class A { private constructor(); static x: number; get y(): string }\n",
    "type A = { a: 1, b: 2 }\ntype B = { a: 1\n b: 2 }\n",
    "const fn = async function* () { yield* other(); for await (const x of y) {} }\n",
    "const x: Array<Array<Array<string>>> = []\nconst s = a >> b >>> c\n",
    "let f: <T>(x: T) => x is NonNullable<T>\n",
    "class A { constructor(); constructor(a?: string) {} private async *[Symbol.iterator]() {} }\n",
    "let x = y as const satisfies readonly string[]\n",
    "export type { A, B as C } from './x'\nexport { type D, E } from './y'\n",
    "type T1 = string extends T ? 'a' : 'b'\n",
)
TSX = (
    "const a = <p>a & b</p>\nconst c = <a href=\"x?a=1&b=2\">Search &amp; go & {' '}</a>\n",
    "const a = <Collapse in={open} timeout='auto' unmountOnExit><b /></Collapse>\n",
    "const A = styled.div<{ $on: boolean }>`\n  color: ${(p) => (p.$on ? 'a' : 'b')};\n`\n",
    "const A = styled(Flex)<{ $on: boolean; x?: () => void }>`\n  a: b;\n`\nconst B = styled.b<P>`c`\n",
    "const f = <T,>(x: T) => <>{x}</>\nconst g = <T extends object>(x: T) => <A<T> x={x} />\n",
    'const a = <A.B.C {...props} data-x={1} aria-label="it\'s" x:y="z">{/* c */}</A.B.C>\n',
    "type P = import('./x').Props['name']\nconst x = <img src=\"a?b=1&c=2\" />\n",
    "const x = <p>it's &lt; 5 &copy; {a < b ? <b>1</b> : null} &nbsp;</p>\n",
    "export default function A() { return <div>{list.map((x) => <li key={x}>{x} & co</li>)}</div> }\n",
)
JAVASCRIPT = (
    "export { f as function, f as null }\n",
    "const a = 1; export { a as default, a as class, a as new };\n",
    "export default function(a){return a}function b(){}\n",
    "export default async function(a){return a}function b(){}\n",
    "export default class{a(){}}function b(){}\n",
    "import a from './x.json' assert { type: 'json' }\n",
    "import a from './x.json' with { type: 'json' }\n",
    "const a = <p>a & b</p>\nconst c = <Collapse in={open} />\n",
    "#!/usr/bin/env node\n'use strict'\n",
    "using a = open(); { await using b = open() }\n",
    "const using = f(); using.x = 1; g(using)\n",
    "import defer * as y from './y.js'\n",
    "@dec class A { @dec accessor x = 1; @dec static m() {} }\n",
    "class A { static async *#m() {} static { } get; set; static; async; 'quoted' = 1; [k] = 2 }\n",
    "var let_ = 1; var yield_ = 2; async = 1; of = 2; for (const of of of) {}\n",
    "a = b\n++c\nlet d = e\n/re/g.test(d)\n",
    "if (a) function f() {} else function g() {}\n",
    "label: { break label }\n",
    "const re = /[/\\]]+(?<a>x)\\k<a>/dgimsuy, v = /[\\p{L}--[a-z]]/v\n",
    "const o = { __proto__: null, async *gen() {}, get [x]() {}, 'a-b'() {}, 1n: 2, async, get, set }\n",
    "let { a = 1, b: { c }, ...d } = e, [f, , g = 2, ...h] = i\n",
    "for await (const x of y) {} for (let i = 0, j; ; ) { break }\n",
    "const t = tag`a${b}c${`d${e}`}`\n",
    "x = a ?? b; y = (a || b) ?? c; z = a ** -b; w = a?.[0]?.b?.(c)\n",
    "x = function* () { const a = yield; yield* b; }\n",
    "import.meta.url;\n",
    (
        "export * as ns from 'x'; export * from 'y'; export { default } from 'z'; export { default as q } "
        "from 'z'\n"
    ),
    "import { 'a-b' as c, default as d } from 'x'; export { c as 'e-f' }\n",
    "var \\u0061bc = 1, ünïcode = 2, $ = 3, _ = 4\n",
    "throw new Error('x', { cause: e })\n",
    "class A extends (b, C) { constructor() { super(...arguments); super.x?.() } }\n",
    "with_ = 1; do x++; while (x < 5) y()\n",
    "a = async (x) => { await x }; b = async x => x; c = async function () {}; d = async () => ({})\n",
    "import(`./${x}.js`, { with: { type: 'json' } })\n",
    "if (1 in []) {}\n",
    "try { } catch ({ message, ...rest }) { }\n",
    "const x = class { #a = 1; static #b() { return #a in this } }\n",
    "0b101; 0o17; 0xff; 1e3; .5; 5.; 1_000; 10n;\n",
    "switch (x) { case 1: case 2: { break } default: y() }\n",
    "const {default: a, class: b} = c; d.class.function.new = 1\n",
    "debugger; ;;; void 0; typeof x === 'y'; delete a.b\n",
    "a = {...b, ...c(), d}; f(...e, ...[1]); [...g]\n",
    "x = a ? b : c ? d : e; (a, b); ((a)) ; (() => {})(); !function () {}()\n",
    "var a = 'line\\\ncontinued', b = \"\\x41\\u{1F600}\"\n",
    "x = 1\n",
)
FLOW = (
    (
        "// @flow\nimport type { A } from './a';\nimport { type B, c } from './b';\nfunction f(x: ?string, "
        "y?: number): ?Promise<*> {}\n"
    ),
    (
        "// @flow\nexport type T = { a: ?string, +b: number, -c: string };\nexport class C { a: Object; b: "
        "?any; m(x: any): void {} }\n"
    ),
    "/**\n * @flow\n */\nexport type E = {| a: string |};\nconst f = (x: any): T => (x: any);\n",
    "// @flow\nexport interface SchemaOptions { a: string[]; b: ?(string[]); c: ?() => void }\n",
)


def constructs() -> list[tuple[str, str]]:
    """Every construct with the suffix of the file that may hold it."""
    return [
        *(("a.ts", text) for text in TYPESCRIPT),
        *(("a.tsx", text) for text in TSX),
        *(("a.js", text) for text in JAVASCRIPT),
        *(("a.js", text) for text in FLOW),
    ]
