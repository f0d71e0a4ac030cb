// The service worker: while the service cannot be reached, a page that is asked for is the plain one that was kept. The
// server puts SHELF and FILES before this.
const PATIENCE = 8_000

self.addEventListener("install", event => {
  self.skipWaiting()
  // what is sent goes by this worker: a browser loses some goodbyes of pages (beacons) on the way through it
  event.addRoutes?.({ condition: { requestMethod: "POST" }, source: "network" }).catch(() => {})
  event.waitUntil(caches.open(SHELF).then(shelf => shelf.addAll(FILES)))
})

self.addEventListener("activate", event => {
  const others = caches.keys().then(names => Promise.all(names.filter(name => name !== SHELF).map(name => caches.delete(name))))
  event.waitUntil(others.then(() => self.clients.claim()))
})

self.addEventListener("fetch", event => {
  const { request } = event
  if (request.method !== "GET") return
  if (request.mode === "navigate") event.respondWith(inTime(fetch(request)).catch(() => caches.match("/tablet/page")))
  else if (new URL(request.url).pathname.startsWith("/tablet/")) {
    event.respondWith(caches.match(request).then(kept => kept ?? fetch(request)))
  }
})

function inTime(answer) {
  return Promise.race([answer, new Promise((_, failed) => setTimeout(failed, PATIENCE, new Error("too slow")))])
}
