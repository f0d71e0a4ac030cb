// What goes over the wire: attachments first, then a batch of CloudEvents; and what the answer means for each entry.
const TYPE = "org.sopwatch.event.v1"
const PATIENCE = 30_000 // a line may need ten seconds there and back

// The CloudEvent of an item; `by` tells the server who tapped, whoever is signed in when it is sent.
export function cloudEvent(item) {
  const { case_id, event, subject, value, actor, role } = item
  const data = { case_id, event, occurred_at: item.occurred_at }
  for (const [name, told] of Object.entries({ subject, value, actor, role })) if (told != null) data[name] = told
  data.data = { ...item.data, _tablet_clock: item.clock }
  return { specversion: "1.0", type: TYPE, source: item.source, id: item.id, by: item.owner.token, data }
}

// An item with the name that its photo or signature has in the record: a tick's is its value, an act's stands in its data.
function named(item, file) {
  return item.event.startsWith("_") ? { ...item, data: { ...item.data, photo: file } } : { ...item, value: file }
}

// What is in the record keeps the name of its photo or signature, when its bytes leave the tablet.
function withName(verdict, { blob, value, data }) {
  return verdict.state === "sent" && blob ? { ...verdict, value, data } : verdict
}

// Send items; return the verdict of each that has one, and why the rest must wait, if they must. `giveUp()` ends what is
// under way: the connection was cut since, and it may never be answered.
export function poster(fetcher, patience = PATIENCE) {
  let stop

  async function ask(path, type, body) {
    stop = new AbortController()
    const timer = setTimeout(() => stop.abort(), patience)
    try {
      const headers = { "Content-Type": type }
      const answer = await fetcher(path, { method: "POST", headers, body, credentials: "same-origin", signal: stop.signal })
      return { status: answer.status, told: await answer.json().catch(() => ({})) }
    } catch {
      return { status: 0, told: {} }
    } finally {
      clearTimeout(timer)
    }
  }

  // Upload the photos and signatures; what cannot be kept is refused, what cannot be sent now stops here.
  async function withFiles(items, verdicts) {
    const ready = []
    for (const item of items) {
      if (!item.blob || item.value || item.data?.photo) {
        ready.push(item)
        continue
      }
      const { status, told } = await ask("/api/v1/attachments", "application/octet-stream", item.blob)
      if (status === 200) ready.push(named(item, told.value))
      else if (status === 400 || status === 413 || status === 422) {
        verdicts.set(item.id, refusal(status, told))
      } else return { ready, later: why(status) }
    }
    return { ready }
  }

  async function post(items) {
    const verdicts = new Map()
    const { ready, later } = await withFiles(items, verdicts)
    if (!ready.length) return { later, verdicts }
    const events = JSON.stringify(ready.map(cloudEvent))
    const { status, told } = await ask("/api/v1/events", "application/cloudevents-batch+json", events)
    if ((status === 400 || status === 413) && ready.length > 1) {
      for (const one of ready) for (const [id, verdict] of (await post([one])).verdicts) verdicts.set(id, verdict)
      return { later, verdicts }
    }
    for (const [id, verdict] of judged(status, told, ready)) verdicts.set(id, withName(verdict, ready.find(item => item.id === id)))
    return { later: later ?? (verdicts.size < items.length ? why(status) : undefined), verdicts }
  }

  return Object.assign(post, { giveUp: () => stop?.abort() })
}

// What an answer says of each item: receipts count whatever the status; after a 5xx what has none is sent again.
export function judged(status, told, items) {
  const verdicts = new Map()
  for (const { id, seq, hash } of told.accepted ?? []) verdicts.set(id, { state: "sent", seq, hash })
  if (status === 200 || status === 422 || (status === 403 && told.refused)) {
    for (const { index, reason, code, params, waits_for } of told.refused ?? []) {
      verdicts.set(items[index].id, { state: waits_for ? "owner" : "refused", reason, code, params })
    }
  }
  if ((status === 400 || status === 413) && items.length === 1) {
    verdicts.set(items[0].id, refusal(status, told))
  }
  return verdicts
}

// What is refused as a whole; a service that says nothing of it leaves only its status.
function refusal(status, { error, code, params }) {
  return { state: "refused", reason: error ?? `HTTP ${status}`, code, params }
}

function why(status) {
  if (status === 0) return "offline"
  return status === 401 || status === 403 ? "signed_out" : "server"
}
