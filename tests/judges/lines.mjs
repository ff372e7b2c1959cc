// Talk with the test that plays the browser: one JSON object per line, each way.
import { createInterface } from 'node:readline'

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]()

export const say = (told) => console.log(JSON.stringify(told))

export async function hear() {
  const { value, done } = await lines.next()
  if (done) throw new Error('the browser went away')
  return JSON.parse(value)
}

// Send the browser to an address of the provider; return where the provider sent it.
export async function browse(address) {
  say({ open: String(address) })
  return new URL((await hear()).arrived)
}

// End at once with what was found: an open stdin would keep the process.
export function finish(found) {
  say({ done: found })
  process.exit(0)
}

export function insist(held, what) {
  if (!held) throw new Error(what)
}
