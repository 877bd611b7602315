const { connect } = require('./driver.cjs')

var db

function getDb() {
  return db || (db = connect({ host: 'localhost' }))
}

exports.list = function list() {
  return getDb().then(function (connection) {
    return connection.query('select 1')
  })
}
