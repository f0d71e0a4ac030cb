// Whether a page is light or dark, from its first paint on: as the person on the tablet wishes it, which a cookie keeps.
(told => {
  const root = document.documentElement
  const device = matchMedia("(prefers-color-scheme: dark)")
  const others = matchMedia.bind(window)
  const began = Date.now()
  const [NIGHT, MORNING, LOOK, YEAR] = [19, 6, 5_000, 31_536_000]

  const wished = () => /(?:^|; )appearance=(\w+)/.exec(document.cookie)?.[1]
  const now = () => (told.now === undefined ? Date.now() : told.now + (Date.now() - began) * told.speed)
  const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", hourCycle: "h23", timeZone: told.zone })
  const isNight = () => {
    const hour = Number(clock.format(now()))
    return hour >= NIGHT || hour < MORNING
  }
  const wishes = new Map([["light", () => false], ["dark", () => true], ["night", isNight]])
  const isDark = () => wishes.get(wished())?.() ?? device.matches

  // Streamlit asks for the device's colours, and listens to them: it hears of ours.
  const asked = Object.defineProperty(new EventTarget(), "matches", { get: () => root.dataset.scheme === "dark" })
  window.matchMedia = query => (/^\(\s*prefers-color-scheme:\s*dark\s*\)$/.test(query) ? asked : others(query))

  function apply() {
    const scheme = isDark() ? "dark" : "light"
    if (root.dataset.scheme === scheme) return
    root.dataset.scheme = scheme
    asked.dispatchEvent(new Event("change"))
  }

  window.sopwatchAppearance = {
    wish(appearance) {
      const secure = location.protocol === "https:" ? "; secure" : ""
      document.cookie = `appearance=${appearance}; path=/; max-age=${YEAR}; samesite=strict${secure}`
      apply()
    },
  }
  try {
    for (const name of Object.keys(localStorage)) if (name.startsWith("stActiveTheme")) localStorage.removeItem(name)
  } catch {
    // a browser that keeps nothing: then Streamlit has kept nothing, either
  }
  apply()
  device.addEventListener?.("change", apply)
  setInterval(apply, LOOK) // another tab, or the hour
})(TOLD)
