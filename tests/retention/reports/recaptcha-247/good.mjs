class Recaptcha {
  constructor(props) {
    this.props = props
    this.ready = false
  }

  componentDidMount() {
    this.readyCheck = setInterval(() => this.updateReadyState(), 1000)
  }

  updateReadyState() {
    this.ready = typeof globalThis.grecaptcha !== 'undefined'
  }

  componentWillUnmount() {
    clearInterval(this.readyCheck)
  }

  render() {
    return `<div data-sitekey="${this.props.sitekey}"></div>`
  }
}

export function page(req, res) {
  const element = new Recaptcha({ sitekey: 'key' })
  res.write(`<html>${element.render()}</html>`)
}
