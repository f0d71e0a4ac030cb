// A signature pad: draws with finger, pen or mouse, and hands the PNG, the printed name and the role over at one tap.
export default function (component) {
  const { data, parentElement, setTriggerValue } = component
  const root = parentElement.querySelector(".pad")
  const canvas = root.querySelector("canvas")
  const [name, role] = [root.querySelector("input"), root.querySelector("select")]
  const [clear, sign] = root.querySelectorAll("button")
  const problem = root.querySelector(".problem")
  root.querySelector(".meaning").textContent = data.meaning
  root.querySelector(".name span").textContent = data.name_label
  root.querySelector(".role span").textContent = data.role_label
  root.querySelector(".name").hidden = !data.outsider
  root.querySelector(".role").hidden = !data.outsider
  clear.textContent = data.clear
  sign.textContent = data.sign
  const roles = JSON.stringify(data.roles)
  if (role.dataset.roles !== roles) {
    role.dataset.roles = roles
    role.replaceChildren(...data.roles.map(([id, title]) => new Option(title, id)))
  }
  const pen = canvas.getContext("2d")
  if (!canvas.dataset.ready) {
    canvas.dataset.ready = "yes"
    canvas.width = 900
    canvas.height = 300
    wipe()
  }
  function wipe() {
    pen.fillStyle = "#ffffff"
    pen.fillRect(0, 0, canvas.width, canvas.height)
    canvas.dataset.length = "0"
  }
  function at(event) {
    const box = canvas.getBoundingClientRect()
    return [((event.clientX - box.left) * canvas.width) / box.width, ((event.clientY - box.top) * canvas.height) / box.height]
  }
  canvas.onpointerdown = event => {
    canvas.setPointerCapture(event.pointerId)
    canvas.last = at(event)
  }
  canvas.onpointermove = event => {
    if (!canvas.last) return
    const [x, y] = at(event)
    pen.strokeStyle = "#0a1a2a"
    pen.lineWidth = 4
    pen.lineCap = "round"
    pen.beginPath()
    pen.moveTo(...canvas.last)
    pen.lineTo(x, y)
    pen.stroke()
    canvas.dataset.length = String(Number(canvas.dataset.length) + Math.hypot(x - canvas.last[0], y - canvas.last[1]))
    canvas.last = [x, y]
  }
  canvas.onpointerup = canvas.onpointercancel = () => { canvas.last = null }
  clear.onclick = wipe
  sign.onclick = () => {
    const missing = data.outsider && !name.value.trim() ? data.name_missing
      : Number(canvas.dataset.length) < 60 ? data.ink_missing : ""
    problem.textContent = missing
    if (missing) return
    setTriggerValue("signed", { image: canvas.toDataURL("image/png"), name: name.value.trim(), role: role.value })
  }
}
