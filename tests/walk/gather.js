// What can be read, heard and tapped on the screen as it stands, the shadow trees too: told as plain lists.
(() => {
  const SPOKEN = ["aria-label", "aria-description", "aria-placeholder", "aria-roledescription", "aria-valuetext", "title", "placeholder", "alt"]
  const TARGETS = 'a[href], button, input:not([type="hidden"]), select, textarea, summary, [role="button"], [role="link"], [role="radio"], [role="checkbox"], [role="tab"], [role="option"], [role="combobox"], [tabindex="0"]'
  const SILENT = "style, script, noscript, template, [data-testid='stIconMaterial']"
  const LEAST = 56

  const host = node => node.getRootNode() instanceof ShadowRoot ? node.getRootNode().host : null
  const up = element => element.parentElement ?? host(element)
  const closest = (element, selector) => {
    for (let at = element; at; at = host(at)) {
      const found = at.closest(selector)
      if (found) return found
    }
    return null
  }
  const shown = element => element.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true })
  const speaks = element => {
    const marked = closest(element, "[lang]")
    return marked && marked !== document.documentElement ? marked.lang : ""
  }

  function where(element) {
    const parts = []
    for (let at = element; at && parts.length < 4; at = up(at)) {
      const test = at.dataset?.testid
      const key = [...(at.classList ?? [])].find(name => name.startsWith("st-key-") || name.startsWith("sop-"))
      const name = at.id ? `#${at.id}` : key ? `.${key}` : test ? `[${test}]` : at.className && typeof at.className === "string" && at.className.length < 20 ? `.${at.className.trim().replaceAll(" ", ".")}` : ""
      if (name || at === element) parts.unshift(at.localName + name)
    }
    return parts.join(" ")
  }

  function* elements(root) {
    for (const element of root.querySelectorAll("*")) {
      yield element
      if (element.shadowRoot) yield* elements(element.shadowRoot)
    }
  }

  function drawn(element, part) {
    const content = getComputedStyle(element, part).content
    return content.startsWith('"') ? JSON.parse(content.replaceAll("\n", " ")) : ""
  }

  // Every text that is seen or heard: what it is, its words, where it stands, and the language it is marked with.
  function words(all) {
    const found = [{ kind: "title of the page", text: document.title, where: "title", lang: "" }]
    const add = (kind, text, element) => text?.trim() && found.push({ kind, text: text.trim(), where: where(element), lang: speaks(element) })
    for (const element of all) {
      if (closest(element, SILENT)) continue
      if (element.localName === "option") add("option", element.label, element)
      if (element.localName === "option" || !shown(element)) continue
      for (const node of element.childNodes) if (node.nodeType === Node.TEXT_NODE) add("text", node.data, element)
      for (const name of SPOKEN) add(name, element.getAttribute(name), element)
      for (const part of ["::before", "::after"]) add("drawn by the style", drawn(element, part), element)
      if (["button", "submit", "reset"].includes(element.type) && element.localName === "input") add("value", element.value, element)
    }
    return found
  }

  const inside = rect => rect.width > 1 && rect.height > 1

  // What a box does to the text in it, looked at once: its style is dear.
  let boxes = new Map()
  function box(element) {
    let known = boxes.get(element)
    if (known) return known
    const style = getComputedStyle(element)
    const rect = element.getBoundingClientRect()
    const over = up(element) ? box(up(element)) : { away: false }
    const hides = rect.width <= 1 || rect.height <= 1 ? style.overflow !== "visible" && style.position === "absolute" : false
    known = {
      rect, over,
      fixed: style.position === "fixed",
      clips: ["hidden", "clip"].includes(style.overflowX) && inside(rect),
      clipsBelow: ["hidden", "clip"].includes(style.overflowY) && inside(rect),
      scrolls: ["auto", "scroll"].includes(style.overflowX) && element.scrollWidth > element.clientWidth + 1 && element.localName !== "textarea",
      scrollsDown: ["auto", "scroll"].includes(style.overflowY),
      away: over.away || hides || style.opacity === "0" || parseFloat(style.fontSize) === 0,
    }
    boxes.set(element, known)
    return known
  }

  // Lines of text as they stand on the glass.
  function lines(all) {
    const found = []
    for (const element of all) {
      if (closest(element, SILENT) || element.localName === "option" || !shown(element)) continue
      const texts = [...element.childNodes].filter(node => node.nodeType === Node.TEXT_NODE && node.data.trim())
      if (!texts.length || box(element).away) continue
      for (const node of texts) {
        const range = document.createRange()
        range.selectNodeContents(node)
        for (const rect of range.getClientRects()) if (inside(rect)) found.push({ rect, element, text: node.data.trim() })
      }
    }
    return found
  }

  const layer = element => closest(element, '[role="dialog"], [data-testid="stPopoverBody"], [data-baseweb="popover"], [role="listbox"], .st-key-bar, .chip')

  // Text that is cut, that leaves the glass, or that lies on other text.
  function cut(all) {
    boxes = new Map()
    const found = []
    const say = (what, line) => found.push({ what, text: line.text.slice(0, 60), where: where(line.element) })
    const wide = document.documentElement.clientWidth
    const standing = lines(all)
    for (const line of standing) {
      let [free, high] = [true, true]
      for (let at = box(line.element); at; at = at.over.rect && at.over) {
        if (at.scrolls) say("must be scrolled sideways", line)
        if (free && at.clips && (line.rect.right > at.rect.right + 1.5 || line.rect.left < at.rect.left - 1.5)) say("is cut sideways", line)
        if (free && high && at.clipsBelow && (line.rect.bottom > at.rect.bottom + 3 || line.rect.top < at.rect.top - 3)) say("is cut below", line)
        if (at.fixed) free = false
        if (at.scrollsDown) high = false
      }
      if (line.rect.right > wide + 1 || line.rect.left < -1) say("leaves the glass", line)
    }
    standing.sort((a, b) => a.rect.top - b.rect.top)
    for (let n = 0; n < standing.length; n += 1) {
      for (let m = n + 1; m < standing.length && standing[m].rect.top < standing[n].rect.bottom - 4; m += 1) {
        const [a, b] = [standing[n], standing[m]]
        if (a.element === b.element || layer(a.element) !== layer(b.element)) continue
        const x = Math.min(a.rect.right, b.rect.right) - Math.max(a.rect.left, b.rect.left)
        const y = Math.min(a.rect.bottom, b.rect.bottom) - Math.max(a.rect.top, b.rect.top)
        if (x > 3 && y > 5) say(`lies on “${b.text.slice(0, 40)}”`, a)
      }
    }
    const pen = document.createElement("canvas").getContext("2d")
    for (const element of all) {
      if (!element.placeholder || element.value || !shown(element)) continue
      const style = getComputedStyle(element)
      pen.font = style.font
      const room = element.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight)
      if (pen.measureText(element.placeholder).width > room + 1) say("is cut in its field", { element, text: element.placeholder })
    }
    for (const element of all) {
      if (element.localName !== "input" || !["text", "search", "number"].includes(element.type) || !shown(element) || box(element).away) continue
      if (element.value && element.scrollWidth > element.clientWidth + 1) say("is cut in its field", { element, text: element.value })
    }
    const page = Math.max(document.documentElement.scrollWidth, document.body.scrollWidth, document.querySelector(".stMain")?.scrollWidth ?? 0)
    if (page > innerWidth) found.push({ what: `the page is ${page} px wide`, text: "", where: "html" })
    return found
  }

  // What can be tapped and is smaller than a finger wants: its own box, its label's, or what takes the tap around it.
  function small(all) {
    const found = []
    for (const element of all) {
      if (!element.matches(TARGETS) || !shown(element) || element.disabled) continue
      if (closest(element, '[inert], [aria-hidden="true"]')) continue
      const boxes = [element, ...(element.labels ?? []), element.closest('label, [data-testid="stTextInputRootElement"], [data-testid="stNumberInputContainer"], .stSelectbox [role="group"]')]
      const best = boxes.filter(Boolean).map(box => box.getBoundingClientRect()).reduce((a, b) => (Math.min(a.width, a.height) >= Math.min(b.width, b.height) ? a : b))
      if (Math.round(best.width) < LEAST || Math.round(best.height) < LEAST) {
        const name = element.getAttribute("aria-label") || element.textContent.trim() || element.placeholder || element.type || ""
        found.push({ what: `${Math.round(best.width)}x${Math.round(best.height)}`, text: name.slice(0, 40), where: where(element) })
      }
    }
    return found
  }

  const all = () => [...elements(document.documentElement)].filter(element => !document.head.contains(element))
  window.gathered = {
    words: () => ({ lang: document.documentElement.lang, words: words(all()) }),
    shape: () => ({ cut: cut(all()), small: small(all()) }),
    // Where the focus is, and whether it can be seen.
    focus: () => {
      let at = document.activeElement
      while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement
      if (!at || at === document.body) return null
      const marked = element => {
        const style = getComputedStyle(element)
        return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== "none"
      }
      let seen = false
      for (let box = at, n = 0; box && n < 5 && !seen; box = up(box), n += 1) seen = marked(box) && box !== document.body
      if (!at.walkId) at.walkId = ++window.gathered.count
      return { id: at.walkId, where: where(at), seen, text: (at.getAttribute("aria-label") || at.textContent || "").trim().slice(0, 40) }
    },
    count: 0,
  }
})()
