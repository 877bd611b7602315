"""An app keeps the promise of its access token until the token is asked for anew.

The token takes its place, and whoever asks gets a promise as before. A failure is asked for again by the next caller,
as before: an app without a token always is.
"""

from patcher.rule import HeldSlot, Rewrite, Rule

RULE = Rule(
    id="firebase-admin/token",
    title="the access token is kept as a promise",
    why="The request that needs a new token makes this promise, and the app keeps it until the next one, for an hour.",
    package="firebase-admin",
    versions=">=12.3.1 <=14.5.1",
    files=("lib/app/firebase-app.js",),
    harness="harness/token.cjs",
    held=(HeldSlot("FirebaseAppInternals", ("promiseToCachedToken_",)),),
    rewrites=(
        Rewrite(
            inside="getToken($$$_)",
            slot="this.promiseToCachedToken_",
            find="""
                if ($DUE) {
                    this.promiseToCachedToken_ = this.refreshToken();
                }
                return this.promiseToCachedToken_;
            """,
            write="""
                if ($DUE) {
                    const pending = this.refreshToken();
                    this.promiseToCachedToken_ = pending;
                    pending.then((token) => {
                        if (this.promiseToCachedToken_ === pending) this.promiseToCachedToken_ = token;
                    }, () => {});
                }
                return Promise.resolve(this.promiseToCachedToken_);
            """,
        ),
    ),
)
