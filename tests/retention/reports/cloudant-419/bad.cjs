'use strict'
const service = import('../_deps/service.mjs')

class TokenManager {
  constructor (session) {
    this.session = session
    this.renewal = null
  }

  async renew () {
    const { query } = await service
    this.token = await query('token', [this.session])
    this._autoRenew(300)
  }

  _autoRenew (seconds) {
    this.renewal = setTimeout(() => this.renew(), seconds * 1000)
    this.renewal.unref()
  }
}

function Cloudant (options) {
  const tokens = new TokenManager(options.account)
  return {
    db: {
      async list () {
        if (!tokens.token) await tokens.renew()
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
