"""A chain on a slot that is handed to a call keeps the request as the slot does; an awaited one is the caller's."""

from tests.fix.fixing import fixed

CLIENT = """\
class Client {
  ready() {
    if (this.stub) return this.stub
    this.stub = create()
    for (const name of ["get", "set"]) {
      const made = this.stub.then((stub) => (...given) => stub[name](...given), (error) => () => { throw error })
      this.calls[name] = wrapped(made)
    }
    USE
    return this.stub
  }
}
async function create() { return {} }
module.exports = new Client()
"""


def made(use: str) -> str:
    result = fixed(CLIENT.replace("USE", use), "detached", package=True)
    assert result.fixed, result.refused
    return result.new.decode()


def test_a_chain_that_a_call_keeps_is_made_in_the_root_with_its_slot() -> None:
    text = made("")

    assert "this.stub = nextfixRoot(() => create())" in text
    assert "const made = nextfixRoot(() => this.stub.then((stub) =>" in text
    assert "() => { throw error }))\n" in text


def test_a_chain_that_is_awaited_or_returned_stays_in_its_request() -> None:
    text = made("const own = this.stub.then((stub) => stub.query()); own.then(use); return own")

    assert "const own = this.stub.then((stub) => stub.query())" in text


def test_a_chain_that_asks_for_its_request_stops_the_rewrite() -> None:
    result = fixed(
        CLIENT.replace("USE", "kept(this.stub.then(() => als.getStore()))"), "detached", package=True
    )

    assert not result.fixed
    assert ["asks for the request" in reason for reason in result.refused.values()] == [True]
