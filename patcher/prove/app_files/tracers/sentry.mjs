import * as Sentry from "@sentry/node";

// An address that refuses: without one, Sentry is off and keeps nothing.
Sentry.init({ dsn: `http://key@127.0.0.1:${process.env.PROVE_CLOSED_PORT}/1`, tracesSampleRate: 1 });
