// When a tablet that nobody touches locks itself: pure, so that it can be tried without a browser.
export const WARNING = 10_000
const HIDDEN_LATER = 30_000

// Return "no", "warn" or "lock". `idle`: since the last touch on any tab; `limit`: 0 for never; `kept`: a screen that stays
// open to be looked at; `slept`: the tablet did not run for a while; `warned`: since the warning came up, or null. All in ms.
// Without network nothing locks: nobody could open it again, and the ticks of who works there would have no place to go.
export function whatNow({ idle, limit, online, kept, slept, hidden, warned }) {
  if (!isDue({ idle, limit, online }, Math.min(WARNING, limit / 2)) || kept) return "no"
  if (hidden) return idle > limit + HIDDEN_LATER ? "lock" : "no" // the tab that is looked at warns first
  if (slept && idle >= limit) return "lock"
  return warned !== null && warned >= Math.min(WARNING, limit / 2) ? "lock" : "warn"
}

// Whether it is time to lock; `early` milliseconds sooner.
export function isDue({ idle, limit, online }, early = 0) {
  return limit > 0 && online && idle >= limit - early
}
