// The alarm of the rings: which deadline is to be heard now, once each, and how a tablet sounds and vibrates.
const MINUTE = 60_000
const LONGEST_MEMORY = 500

// Says what is to be heard: "soon" a minute before a deadline, "late" at it; nothing twice, and nothing of before it began.
export class Alarm {
  #heard = new Set()
  #since = null

  // deadlines: [{ name, due }]; `name` says whose, the due instant which.
  ask(deadlines, now) {
    this.#since ??= now
    const fresh = deadlines.flatMap(one => this.#passed(one, now))
    for (const { key } of fresh) this.#heard.add(key)
    while (this.#heard.size > LONGEST_MEMORY) this.#heard.delete(this.#heard.values().next().value)
    if (fresh.some(({ how }) => how === "late")) return "late"
    return fresh.length ? "soon" : null
  }

  #passed({ name, due }, now) {
    const moments = [["soon", due - MINUTE], ["late", due]]
    return moments
      .map(([how, at]) => ({ how, at, key: `${name} ${due} ${how}` }))
      .filter(({ at, key }) => this.#since < at && at <= now && !this.#heard.has(key))
  }
}

const SOUNDS = { soon: [[660, 0], [880, 0.22]], late: [[880, 0], [660, 0.22], [880, 0.44], [660, 0.66]], try: [[660, 0]] }
const LENGTH = 0.18
const BUZZES = { soon: [200, 100, 200], late: [400, 150, 400, 150, 400], try: [60] }

// The tablet's voice. Browsers let a page sound only after somebody tapped on it: `woken` says that.
export class Voice {
  #context = null

  get able() {
    return "AudioContext" in globalThis
  }

  get woken() {
    return !this.able || this.#context?.state === "running"
  }

  // To be called from a tap.
  async wake() {
    if (!this.able) return
    this.#context ??= new AudioContext()
    await this.#context.resume().catch(() => {})
  }

  say(what) {
    navigator.vibrate?.(BUZZES[what])
    if (this.#context?.state !== "running") return
    for (const [pitch, after] of SOUNDS[what]) this.#beep(pitch, this.#context.currentTime + after)
  }

  #beep(pitch, at) {
    const [tone, volume] = [this.#context.createOscillator(), this.#context.createGain()]
    tone.frequency.value = pitch
    volume.gain.setValueAtTime(0, at)
    volume.gain.linearRampToValueAtTime(0.5, at + 0.02)
    volume.gain.linearRampToValueAtTime(0, at + LENGTH)
    tone.connect(volume).connect(this.#context.destination)
    tone.start(at)
    tone.stop(at + LENGTH)
  }
}
