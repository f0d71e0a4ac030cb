// The two clocks: the tablet's own, and the server's as the tablet reckons it from what the server said last.
const SLIP = 2_000

// The latest word of the server: `server` is its time when the tablet's clock said `local`; `speed` is a demo's.
export function heard(base, server, speed, local) {
  const sample = { server, local, speed }
  if (!base || base.speed !== speed) return sample
  const ahead = server - reckoned(base, local)
  return ahead > 0 || ahead < -SLIP * speed ? sample : base // what came slowly says less
}

// The server's time now, in milliseconds.
export function reckoned(base, local) {
  return base ? base.server + (local - base.local) * base.speed : local
}
