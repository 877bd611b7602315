"""A promise that is replaced only when it has grown old."""

from patcher.model import Severity
from patcher.rule import Family

FAMILY = Family(
    id="refreshed-promise",
    severity=Severity.WARNING,
    keeps="promise",
    growth="one for the process",
    made_in_root=True,
    title=(
        "`{slot}` keeps the promise of the last refresh by `{function}`, and with it the request that "
        "happened to trigger it"
    ),
    why=(
        "A promise carries the async context of whoever made it. Each refresh frees one request and "
        "keeps another, so one is always kept."
    ),
    fix=(
        "Keep the value and the time it was read instead of the promise; share a refresh that is under "
        "way through a variable that is emptied in `finally`."
    ),
    retains="""class Tokens {
  constructor() {
    this.expires = 0
  }
  token() {
    if (Date.now() >= this.expires) {
      this.expires = Date.now() + 60_000
      this.current = this.fetchToken()
    }
    return this.current
  }
  async fetchToken() {
    return "token"
  }
}
const tokens = new Tokens()
exports.handle = () => tokens.token()
""",
    frees="""class Tokens {
  constructor() {
    this.expires = 0
  }
  async token() {
    if (Date.now() >= this.expires) {
      this.expires = Date.now() + 60_000
      this.current = await this.fetchToken()
    }
    return this.current
  }
  async fetchToken() {
    return "token"
  }
}
const tokens = new Tokens()
exports.handle = () => tokens.token()
""",
)
