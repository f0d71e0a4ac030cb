// The way of a scanned picture: read by the browser where it can, else by the service; what each answer means.
import assert from "node:assert/strict"
import { test } from "node:test"
import { leadsTo } from "../../sopwatch/tablet/js/scan.mjs"

const answer = (status, body = {}) => ({ ok: status === 200, status, json: async () => body })

// A service that answers so, and what it was asked.
function service(status, body) {
  const asked = []
  return { asked, ask: async (path, request) => (asked.push([path, request.headers["Content-Type"], request.body]), answer(status, body)) }
}

const hands = (ask, texts = []) => ({ ask, detect: async () => texts, shrink: async file => `small ${file}` })

test("what the browser has read is told, and the picture stays on the tablet", async () => {
  const { asked, ask } = service(200, { to: "/q/abc", why: null })

  const led = await leadsTo("photo", hands(ask, ["http://h/q/abc"]))

  assert.deepEqual(led, { to: "/q/abc" })
  assert.deepEqual(asked, [["/api/v1/scan", "application/json", '{"texts":["http://h/q/abc"]}']])
})

test("what the browser cannot read goes to the service as a picture, made smaller", async () => {
  const { asked, ask } = service(200, { to: null, why: "none" })

  const led = await leadsTo("photo", hands(ask))

  assert.deepEqual(led, { why: "none" })
  assert.deepEqual(asked, [["/api/v1/scan", "image/jpeg", "small photo"]])
})

test("no address of another site is followed, whoever says so", async () => {
  for (const to of ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", ""]) {
    assert.deepEqual(await leadsTo("photo", hands(service(200, { to, why: null }).ask)), { why: "unreachable" })
  }
})

test("each refusal has its words, and so has a service that does not answer", async () => {
  for (const [status, why] of [[401, "signed_out"], [413, "too_large"], [422, "no_picture"], [429, "too_often"], [503, "unreachable"]]) {
    assert.deepEqual(await leadsTo("photo", hands(service(status).ask)), { why })
  }
  const silent = () => Promise.reject(new TypeError("no network"))
  assert.deepEqual(await leadsTo("photo", hands(silent)), { why: "unreachable" })
})

test("a file that is no picture is not sent", async () => {
  const { asked, ask } = service(200, {})
  const unread = { ...hands(ask), shrink: () => Promise.reject(new Error("no picture")) }

  assert.deepEqual(await leadsTo(new Blob(["some text"]), unread), { why: "no_picture" })
  assert.deepEqual(await leadsTo(new Blob(["\0\0\0\x18ftypheic"]), unread), { why: "heic" })
  assert.deepEqual(asked, [])
})
