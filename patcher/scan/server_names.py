"""What names and words tell a server's code from a browser's: libraries, conventions of frameworks, folders, globals.

Each table says what its entries have in common; `server_code` asks them.
"""

import re

from patcher.analysis.meaning import Sign
from patcher.catalogue.frameworks import FRAMEWORKS

# Importing one of these makes a file one of a server: it listens, or it handles what comes in.
SERVERS = (
    r"express|fastify|koa|hono|restify|polka|h3|@hapi/hapi|@hono/[\w-]+|@fastify/[\w-]+|@koa/[\w-]+|koa-[\w-]+|fastify-plugin"
    r"|@trpc/server|@apollo/server|apollo-server[\w-]*|graphql-yoga|@nestjs/(?!testing|cli|schematics)[\w-]+|@elysiajs/[\w-]+|elysia|@feathersjs/[\w-]+"
    r"|type-graphql|routing-controllers|@adonisjs/[\w-]+|moleculer|socket\.io|ws|uWebSockets\.js|connect|micro"
    r"|aws-lambda|@google-cloud/functions-framework|@azure/functions|@modelcontextprotocol/sdk/server/[\w./-]+|fastmcp|swagger-ui-express|"
    + "|".join(each.modules for each in FRAMEWORKS if each.modules)
)
SERVER = Sign(
    rf"^(?:{SERVERS})(?:/.*)?$",
    "importing one of these makes a file one of a server: it listens, or it handles what comes in",
    "«fastify|fastly»",
)
LISTENS = Sign(
    rb"\b(?:https?2?|http1?)\s*\.\s*create(?:Secure)?Server\(|\bcreateServer\(|\bBun\.serve\(|\bDeno\.serve\("
    rb"|\bexport\s+(?:const|async function|function)\s+handler\b"
    rb"|\bexports\.handler\s*=|\bdefineEventHandler\(|\bdefineCachedEventHandler\(|\bdefineNitroPlugin\(",
    "a server is made or a handler exported, whatever library does it",
    "http.«createServer|createAgent»(go)",
)
SERVES_SOCKETS = Sign(
    rb"\b(?:WebSocketServer|WebSocket\.Server|[wW]s\.Server|WSS?\.Server)\b|\bServer\s*(?:as\s+\w+\s*)?[,}]",
    "who takes this from the library of sockets serves them; the rest connect to others",
    "new «WebSocketServer|WebSocket»(url)",
)
DIRECTIVES = 4_000
USE_SERVER = Sign(
    rb"^[\"']use server[\"']",
    "the directive of server actions",
    '"use «server|client»"',
    re.M,
)
USE_CLIENT = Sign(
    rb"^[\"']use client[\"']",
    "the directive of components that a browser runs",
    '"use «client|server»"',
    re.M,
)
ROUTE_EXPORTS = Sign(
    rb"\bexport\s+(?:const|async\s+function|function|let)\s+(?:loader|action|getServerSideProps|getStaticProps|getStaticPaths|getInitialProps"
    rb"|generateMetadata|generateStaticParams|handle|load|GET|POST|PUT|PATCH|DELETE)\b",
    "what a route module of a framework exports for the server",
    "export async function «getServerSideProps|getThings»() {}",
)
HOOKS = Sign(
    rb"\b(?:useState|useEffect|useLayoutEffect|useRef|useCallback|useMemo|useReducer|useContext|useSyncExternalStore|useTransition"
    rb"|useQuery|useMutation|useTranslation|useRouter|useStore|useSelector|useDispatch|onMounted|onUnmounted|onBeforeUnmount|onScopeDispose"
    rb"|createSignal|createEffect|onCleanup|onDestroy|componentDidMount|componentDidUpdate|componentWillUnmount)\b\s*(?:<[^;()]{0,200}>)?\s*\("
    rb"|@(?:Component|Directive|Input|HostListener)\(",
    "hooks, effects and decorators of components, which a browser runs",
    "«useEffect|useThing»(go)",
)
FRONT_MODULE = Sign(
    r"^(?:react-dom(?:/client)?|@angular/[\w/-]+|vue-router|pinia|vuex|svelte(?:/.*)?|solid-js(?:/.*)?|preact(?:/.*)?|electron(?:/.*)?|@electron/.*"
    r"|@tauri-apps/.*|idb|idb-keyval|dexie|localforage|jquery|mobx-react[\w-]*|react-native[\w/-]*|expo[\w/-]*|@capacitor/.*|@codemirror/.*"
    r"|prosemirror-[\w-]+|monaco-editor[\w/-]*|codemirror[\w/-]*|@tiptap/.*|@vueuse/.*|@ionic/.*|zustand(?:/.*)?|@reduxjs/.*|react-redux|framer-motion)$",
    "libraries that only a page, an app on a phone or a desktop window can use",
    "«jquery|query»",
)
PAGE = Sign(
    rb"(?<![\w$.'\"/-])(?:window\??\.[a-zA-Z]|(?:localStorage|sessionStorage|indexedDB)\??\.[a-zA-Z]"
    rb"|document\??\.(?:createElement|getElement|querySelector|body\b|head\b|addEventListener|removeEventListener|cookie\b|documentElement"
    rb"|visibilityState|activeElement|execCommand|hidden\b|fonts\b)"
    rb"|navigator\??\.(?:userAgent|clipboard|onLine|serviceWorker|mediaDevices|share|credentials|language|platform|sendBeacon)"
    rb"|chrome\??\.(?:runtime|storage|tabs|action|alarms)\b)"
    rb"|\bnew\s+(?:ResizeObserver|IntersectionObserver|MutationObserver|XMLHttpRequest)\(|\brequestAnimationFrame\(|(?<![\w$.])importScripts\(",
    "globals that only a page has",
    "«document|report».createElement('p')",
)
OWN_WINDOW = Sign(
    rb"\b(?:const|let|var)\s+\{?\s*(?:window|localStorage|sessionStorage|document|navigator|chrome)\b|[(,{]\s*(?:window|localStorage|sessionStorage|navigator|chrome)\s*[,:)=}]",
    "a name of the page that the file declares itself means something else",
    "const «window|frame» = open()",
)
ASKS = Sign(
    rb"typeof\s+(?:window|document|navigator|localStorage|indexedDB|self)\b|\bglobalThis\.(?:window|document)|\bimport\.meta\.(?:client|server)|process\.client|isBrowser|isServer",
    "code that asks where it runs may run on a server",
    "typeof «window|process»",
)
FRONT_FRAMEWORKS = Sign(
    r"^(?:react|react-dom|vue|svelte|solid-js|preact|@angular/core|lit|electron|@tauri-apps/api|react-native|expo"
    r"|@ionic/core|jquery)$",
    "a package that needs one of these, and nothing of a server, is a front end",
    "«react|reactor»",
)
BACK_FRAMEWORKS = Sign(
    rf"^(?:{SERVERS}|{'|'.join(each.packages for each in FRAMEWORKS)}|react-router|@nestjs/core|gatsby"
    r"|@tanstack/(?:react-)?start|vike|@redwoodjs/.*|@keystone-6/core|payload|@vendure/core|@strapi/.*|pg|mysql2?|mongodb|mongoose|ioredis|redis|bullmq"
    r"|@prisma/client|typeorm|knex|drizzle-orm|sequelize)$",
    "a package that needs one of these has a server, whatever else it needs",
    "«knex|knees»",
)
# Files that the server of a framework loads without an import, by the packages that a project needs.
CONVENTIONS: tuple[tuple[re.Pattern[str], tuple[re.Pattern[str], ...]], ...] = tuple(
    (re.compile(rf"^(?:{each.packages})$"), each.files) for each in FRAMEWORKS
)
UNSEEN = Sign(
    r"(?:^|/)(?:tests?|__tests__|__mocks__|__fixtures__|specs?|e2e|cypress|playwright|testing|test-utils?|test-helpers?|testcontainers|fixtures?|examples?"
    r"|demos?|stories|\.storybook|evals?|benchmarks?|bench|codegen|generators?|scripts?|tools?|tooling|(?:[\w-]+-)?cli(?:-[\w-]+)?|bin|dev(?:-?env)?|docs?|website|vite|webpack|rollup|esbuild|build-?tools?|migrations?|seeds?|seeders?|electron|desktop"
    r"|supabase/functions|setup-?wizard|create-[\w-]+|vendor|third[_-]party|public|static)/"
    r"|(?:^|/)(?:test|tests|jest|vitest|cypress|playwright|mocha|karma)[-.](?:setup|utils?|helpers?|runner|config|env)[^/]*$|(?:^|/)setup-?tests?\.[^/]*$"
    r"|[./-](?:test|spec|stories|bench|e2e|e2e-spec|config)\.[cm]?[jt]sx?$|(?:^|/)(?:preload|cli)\.[cm]?[jt]s$",
    "folders and files of an application that no server loads: tests, scripts, tools, examples",
    "src/«scripts|routes»/seed.ts",
    re.I,
)
TEST_FILE = Sign(
    r"[./-](?:test|spec|stories|bench|e2e|e2e-spec)\.[cm]?[jt]sx?$|(?:^|/)__(?:tests|mocks)__/",
    "a test, wherever it is",
    "src/routes/users.«test|best».ts",
)
START_SCRIPT = Sign(
    r"^(?:start(?::prod|:server)?|server|serve|dev(?::server)?)$",
    "the scripts of a package.json that start a server",
    "«start:prod|test:prod»",
)
RUNNER = Sign(
    r"\b(?:node|tsx|ts-node|ts-node-dev|nodemon|bun|pm2|babel-node|vite-node|swc-node)\b",
    "the programs that a script starts a server with",
    "«nodemon|eslint» src/main.ts",
)
FILE = re.compile(r"^[\w./@-]+\.[cm]?[jt]s$|^(?:\./)?(?:src|dist|build|lib|server)/[\w./-]+$")
SUFFIXES = (".ts", ".tsx", ".js", ".jsx", ".mts", ".mjs", ".cts", ".cjs", ".vue", ".svelte")
INDEXES = tuple(f"/index{suffix}" for suffix in SUFFIXES)
COMPILED = re.compile(r"\.[cm]?jsx?$")
LARGEST = 2 * 1024 * 1024

BUILD_MODULE = Sign(
    r"^(?:vite|webpack|rollup|esbuild|@rollup/.*|@vitejs/.*|vitest|jest|@jest/.*|mocha|chai|@playwright/.*|playwright|cypress|testcontainers"
    r"|@testcontainers/.*|supertest|@testing-library/.*|commander|yargs|inquirer|@inquirer/.*|ora|@clack/.*|cac|oclif|@oclif/.*|electron-builder)$",
    "a module of this kind builds or tests; who imports it runs in no server",
    "«vitest|fastest»",
)
ELSEWHERE = Sign(
    r"(?:^|/)(?:deno|bun|workerd|cloudflare|edge-light|react-native|electron|web-?worker|service-?worker|browser|react|vue|angular|solid|svelte"
    r"|preact)(?:\.[cm]?js$|/)|(?:^|/)browser[-.][^/]*\.[cm]?js$|local_?-?storage|session-?storage|indexed-?db|[/-]window|[-/]worker(?:[.-][\w-]+)*\.[cm]?js$|-browser[./]",
    "a path inside a package that names another runtime, or a framework or storage of the browser",
    "dist/«browser|server»/index.js",
    re.I,
)

HANDLER = Sign(
    rb"@(?:Controller|Resolver|WebSocketGateway)\(",
    "decorators of classes whose methods requests call",
    "@«Controller|Processor»('a')",
)
_JOBS = "who imports one of these and says how it works through jobs runs for a job, not for a request"
JOB_RUNNERS: tuple[tuple[Sign[str], Sign[bytes]], ...] = (
    (
        Sign(r"^bullmq$", _JOBS, "«bullmq|bullet»"),
        Sign(rb"\bnew\s+Worker\b", _JOBS, "new «Worker|Queue»('a', go)"),
    ),
    (
        Sign(r"^(?:bull|bee-queue|kue)$", _JOBS, "«bull|bulk»"),
        Sign(rb"\.process\(", _JOBS, "queue.«process|add»(go)"),
    ),
    (
        Sign(r"^graphile-worker$", _JOBS, "graphile-«worker|config»"),
        Sign(rb"\brun(?:Once|Migrations)?\(", _JOBS, "await «runOnce|quickAdd»(options)"),
    ),
    (Sign(r"^pg-boss$", _JOBS, "pg-«boss|base»"), Sign(rb"\.work\(", _JOBS, "boss.«work|send»('a', go)")),
    (
        Sign(r"^(?:agenda|@hokify/agenda)$", _JOBS, "«agenda|agent»"),
        Sign(rb"\.define\(", _JOBS, "agenda.«define|now»('a', go)"),
    ),
    (
        Sign(r"^(?:node-cron|cron|croner|node-schedule)$", _JOBS, "«cron|crane»"),
        Sign(rb"\.schedule(?:Job)?\(|\bnew\s+Cron", _JOBS, "cron.«schedule|validate»('* * * * *', go)"),
    ),
    (
        Sign(r"^@temporalio/(?:worker|activity)$", _JOBS, "@temporalio/«worker|client»"),
        Sign(rb"@temporalio/", _JOBS, "import x from '@«temporalio|temporal»/worker'"),
    ),
    (
        Sign(r"^@nestjs/bull(?:mq)?$", _JOBS, "@nestjs/«bullmq|cqrs»"),
        Sign(rb"@Processor\(", _JOBS, "@«Processor|Controller»('a')"),
    ),
)
