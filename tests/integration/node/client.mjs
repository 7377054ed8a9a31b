// SPDX-License-Identifier: GPL-3.0-or-later
// An EventSource that no one here wrote: prints each message's data as a line, until it has seen COUNT of them.
//   node client.mjs URL TOKEN_FILE COUNT
import { readFileSync } from 'node:fs'
import { EventSource } from 'eventsource'

const [url, tokenFile, count] = process.argv.slice(2)
const token = readFileSync(tokenFile, 'utf8').trim()
let left = Number(count)

const source = new EventSource(url, {
  fetch: (input, init) =>
    fetch(input, { ...init, headers: { ...init.headers, Authorization: `Bearer ${token}` } }),
})
source.addEventListener('ping', () => process.stderr.write('live\n'))
source.onmessage = (message) => {
  process.stdout.write(`${message.lastEventId} ${message.data}\n`)
  if (--left === 0) {
    source.close()
    process.exit(0)
  }
}
