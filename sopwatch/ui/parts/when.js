// A date and time by the tablet's own picker, as a wall clock's time without zone: 2026-11-03T14:05.
export default function (component) {
  const { data, parentElement, setStateValue } = component
  const root = parentElement.querySelector(".when")
  const input = root.querySelector("input")
  root.querySelector("span").textContent = data.label
  input.lang = data.language
  if (input.dataset.value !== (data.value ?? "")) {
    input.dataset.value = data.value ?? ""
    input.value = data.value ?? ""
  }
  input.onchange = () => {
    input.dataset.value = input.value
    setStateValue("value", input.value)
  }
}
