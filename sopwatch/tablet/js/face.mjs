// The two faces of the sheet, the checklist and what closing asks for: the address says which is shown.
export const TURNED = "sopwatch-turned"

export function currentFace() {
  return new URLSearchParams(location.search).get("view") === "close" ? "close" : "list"
}

// Let the address name another face; whoever shows it hears of it.
export function turnTo(face) {
  const address = new URL(location.href)
  if (face === "close") address.searchParams.set("view", "close")
  else address.searchParams.delete("view")
  history.replaceState(history.state, "", address)
  dispatchEvent(new Event(TURNED))
}
