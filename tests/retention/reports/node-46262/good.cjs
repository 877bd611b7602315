const { connect } = require('./driver.cjs')

var db = connect({ host: 'localhost' })

exports.list = function list() {
  return db.then(function (connection) {
    return connection.query('select 1')
  })
}
