'use strict'
const service = import('../_deps/service.mjs')

class TokenManager {
  constructor (session) {
    this.session = session
    this.expires = 0
  }

  async renew () {
    const { query } = await service
    this.token = await query('token', [this.session])
    this.expires = Date.now() + 300_000
  }
}

function Cloudant (options) {
  const tokens = new TokenManager(options.account)
  return {
    db: {
      async list () {
        if (tokens.expires < Date.now()) await tokens.renew()
        return tokens.token
      }
    }
  }
}

exports.handler = async function (req, res) {
  const cloudant = Cloudant({ account: req.url, plugins: 'cookieauth' })
  const names = await cloudant.db.list()
  res.write(JSON.stringify(names))
}
