// The faces of the sheet, each a view of the case: the address says which is shown.
export const TURNED = "sopwatch-turned"
export const FIRST = "checklist"

export function currentFace() {
  return new URLSearchParams(location.search).get("view") ?? FIRST
}

// The screen and the case that the address names.
export function placeNow() {
  return `${location.pathname}?${new URLSearchParams(location.search).get("case")}`
}

// Let the address name another face, and a row of it where one leads there; whoever shows it hears of it.
export function turnTo(face, row = "") {
  const address = new URL(location.href)
  if (face === FIRST) address.searchParams.delete("view")
  else address.searchParams.set("view", face)
  if (row) address.searchParams.set("row", row)
  else address.searchParams.delete("row")
  history.replaceState(history.state, "", address)
  dispatchEvent(new Event(TURNED))
}
