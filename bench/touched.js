// What a page says of a tap: from the finger's lifting to the frame that shows what it did, and tasks over 50 ms.
//
// "Painted" is: from the `timeStamp` of touchend, as the browser took it from its input, to the first task after the
// rendering (style, layout, paint) in which the element that is to change has changed. It contains the wait for the
// frame. `presented` is the browser's own Event Timing of the same tap: until the frame was on its way to the glass,
// rounded by it to 8 ms, and not told below 16.
;(() => {
  const PATIENCE = 5_000
  const told = (window.touched = { long: [], presented: [], gaps: [], frames: 0 })
  new PerformanceObserver(list => told.long.push(...list.getEntries().map(one => one.duration))).observe({ type: "longtask" })
  new PerformanceObserver(list => {
    for (const one of list.getEntries()) if (one.name === "click") told.presented.push(one.duration)
  }).observe({ type: "event", durationThreshold: 16 })

  // The first element that a selector means, also in a shadow tree.
  const find = (selector, root = document) => {
    const here = root.querySelector(selector)
    if (here) return here
    for (const one of root.querySelectorAll("*")) {
      const found = one.shadowRoot && find(selector, one.shadowRoot)
      if (found) return found
    }
    return null
  }
  // The same, from the tree where it stood before.
  const roots = new Map()
  const quickly = selector => {
    if (!roots.get(selector)?.isConnected) roots.set(selector, find(selector)?.getRootNode())
    return roots.get(selector)?.querySelector(selector) ?? null
  }
  const state = selector => {
    const found = quickly(selector)
    return found && (found.type === "checkbox" ? String(found.checked) : found.textContent)
  }
  const rendered = () =>
    new Promise(done =>
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel()
        port1.onmessage = done
        port2.postMessage(0)
      }),
    )
  // Milliseconds from the finger's lifting to the end of the first rendering that finds it so.
  const when = async so => {
    do await rendered()
    while (!so())
    return performance.now() - told.lifted
  }

  // A box of the browser's own in the midst of the sheet: it pays for the same page, and does nothing.
  told.putBare = beside => {
    const box = Object.assign(document.createElement("input"), { type: "checkbox", id: "bare" })
    box.style.cssText = "position: fixed; top: 90px; right: 8px; width: 56px; height: 56px; min-height: 0; z-index: 9"
    find(beside).getRootNode().querySelector(".part").append(box)
  }

  // Make ready for a tap on `target`, which changes `watched`, then perhaps `settled`, then perhaps makes `answer`:
  // where to tap. `painted` and `settled` are promised; null where the row moved away under the finger.
  told.arm = async ({ target, watched, settled, answer }) => {
    const element = find(target)
    const nailed = getComputedStyle(element).position === "fixed"
    const box = () => element.getBoundingClientRect()
    const hidden = box().top < 160 || box().bottom > innerHeight - 90
    if (hidden && !nailed) element.scrollIntoView({ block: "center" })
    await rendered()
    const [before, first] = [state(watched), settled && state(settled)]
    if (answer) quickly(answer)
    told.lifted = 0
    const clicked = new Promise(done => {
      setTimeout(() => done(false), PATIENCE)
      const lifted = event => { told.lifted = event.timeStamp }
      addEventListener("touchend", lifted, { capture: true, once: true, passive: true })
      const heard = event => {
        told.heard = performance.now()
        done(event.composedPath().includes(find(target)))
      }
      addEventListener("click", heard, { capture: true, once: true })
    })
    told.painted = clicked.then(hit => (hit ? when(() => state(watched) !== before) : null))
    told.settled = told.painted.then(hit =>
      hit === null ? null : when(() => (!settled || state(settled) !== first) && (!answer || quickly(answer))))
    const { left, top, width, height } = box()
    return { x: left + width / 2, y: top + height / 2 }
  }

  // Count the frames until told to stop, and the gaps between two of over 50 ms.
  told.watchFrames = () => {
    Object.assign(told, { frames: 0, gaps: [], watching: true })
    let before = null
    const frame = now => {
      if (before !== null && now - before > 50) told.gaps.push(now - before)
      before = now
      told.frames += 1
      if (told.watching) requestAnimationFrame(frame)
    }
    requestAnimationFrame(frame)
  }
})()
