// A date and time as five lists, on a 24-hour clock and without a word to translate: 2026-11-03T14:05. What is chosen
// first fills in today; a time that is not complete is handed over as it is, so that the form can say so. What was chosen
// since stands against what comes back late from the server.
const SIZES = { month: [1, 12], day: [1, 31], hour: [0, 23], minute: [0, 59] }
export default function (component) {
  const { data, parentElement, setStateValue } = component
  const root = parentElement.querySelector(".when")
  const lists = Object.fromEntries([...root.querySelectorAll("select")].map(list => [list.name, list]))
  root.querySelector(".label").textContent = data.label
  for (const [name, text] of Object.entries(data.names)) lists[name].setAttribute("aria-label", text)
  const today = data.today.split("-")
  const year = Number(today[0])
  fill(lists.year, year - 1, year + 2)
  for (const [name, [low, high]] of Object.entries(SIZES)) fill(lists[name], low, high)
  const sent = (root.sent ??= [])
  const echo = sent.lastIndexOf(data.value)
  sent.splice(0, echo + 1)
  if (!sent.length && root.dataset.value !== data.value) {
    root.dataset.value = data.value
    show(data.value)
  }
  function fill(list, low, high) {
    if (list.options.length) return
    list.add(new Option("—", ""))
    for (let n = low; n <= high; n += 1) list.add(new Option(String(n).padStart(2, "0")))
  }
  function show(value) {
    const parts = value ? value.split(/[-T:]/) : []
    const names = ["year", "month", "day", "hour", "minute"]
    names.forEach((name, n) => {
      if (parts[n] && ![...lists[name].options].some(option => option.value === parts[n])) lists[name].add(new Option(parts[n]))
      lists[name].value = parts[n] ?? ""
    })
  }
  function changed() {
    const date = [lists.year, lists.month, lists.day]
    const filled = Object.values(lists).filter(list => list.value)
    if (filled.length && filled.length < 5) {
      if (date.every(list => !list.value)) date.forEach((list, n) => { list.value = today[n] })
      date.forEach((list, n) => { if (!list.value) list.value = today[n] })
      if (lists.hour.value && !lists.minute.value) lists.minute.value = "00"
    }
    const { year, month, day, hour, minute } = lists
    const value = filled.length
      ? `${year.value}-${month.value}-${day.value}T${hour.value || "--"}:${minute.value || "--"}` : ""
    root.dataset.value = value
    sent.push(value)
    setStateValue("value", value)
  }
  for (const list of Object.values(lists)) list.onchange = changed
  root.querySelector("button").textContent = data.clear
  root.querySelector("button").onclick = () => {
    show("")
    changed()
  }
}
