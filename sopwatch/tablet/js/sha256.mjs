// SHA-256 (FIPS 180-4) in plain script: a page over plain http has no `crypto.subtle`, and both take the same way.
const PRIMES = []
for (let n = 2; PRIMES.length < 64; n += 1) if (PRIMES.every(prime => n % prime)) PRIMES.push(n)
const fraction = root => ((root - Math.floor(root)) * 2 ** 32) | 0
const K = PRIMES.map(prime => fraction(Math.cbrt(prime)))
const START = PRIMES.slice(0, 8).map(prime => fraction(Math.sqrt(prime)))

// Return the digest of bytes in hex.
export function sha256(bytes) {
  const size = ((bytes.length + 8) >> 6) + 1
  const padded = new Uint8Array(size * 64)
  padded.set(bytes)
  padded[bytes.length] = 0x80
  const view = new DataView(padded.buffer)
  view.setUint32(padded.length - 8, Math.floor(bytes.length / 2 ** 29))
  view.setUint32(padded.length - 4, bytes.length << 3)
  const state = Int32Array.from(START)
  const words = new Int32Array(64)
  for (let at = 0; at < padded.length; at += 64) mix(state, words, view, at)
  return [...state].map(word => (word >>> 0).toString(16).padStart(8, "0")).join("")
}

const turned = (word, n) => (word >>> n) | (word << (32 - n))

function mix(state, words, view, at) {
  for (let n = 0; n < 16; n += 1) words[n] = view.getInt32(at + 4 * n)
  for (let n = 16; n < 64; n += 1) {
    const [x, y] = [words[n - 15], words[n - 2]]
    const small = turned(x, 7) ^ turned(x, 18) ^ (x >>> 3)
    words[n] = words[n - 16] + small + words[n - 7] + (turned(y, 17) ^ turned(y, 19) ^ (y >>> 10))
  }
  let [a, b, c, d, e, f, g, h] = state
  for (let n = 0; n < 64; n += 1) {
    const one = (h + (turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)) + ((e & f) ^ (~e & g)) + K[n] + words[n]) | 0
    const two = ((turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0
    ;[h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0]
  }
  ;[a, b, c, d, e, f, g, h].forEach((word, n) => { state[n] += word })
}
