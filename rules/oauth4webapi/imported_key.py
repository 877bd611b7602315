"""Each imported key of an issuer is kept as the promise of its import, as long as the issuer's set of keys.

The key itself takes its place; the one that is asked for is awaited as before, and one that failed is forgotten as
before.
"""

from patcher.rule import Rewrite, Rule

RULE = Rule(
    id="oauth4webapi/imported-key",
    title="imported keys are kept as promises, one a key",
    why="The first request that verifies a token with a key makes this promise, kept as long as the issuer's keys.",
    package="oauth4webapi",
    versions=">=3.8.8 <=3.8.8",
    files=("build/index.js",),
    harness="harness/imported_key.cjs",
    rewrites=(
        Rewrite(
            inside="async function getPublicSigKeyFromIssuerJwksUri($$$_)",
            slot="$KEYS.get($ALG)",
            find="""
                if (!$KEY) {
                    $KEY = importJwk($$$JWK).catch($FORGET);
                    $KEYS.set($ALG, $KEY);
                }
                return $KEY;
            """,
            write="""
                if (!$KEY) {
                    $KEY = importJwk($$$JWK).catch($FORGET);
                    $KEYS.set($ALG, $KEY);
                    $KEY.then((imported) => {
                        $KEYS.set($ALG, imported);
                    }, () => {});
                }
                return $KEY;
            """,
        ),
    ),
)
