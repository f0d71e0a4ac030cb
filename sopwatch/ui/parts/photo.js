// A photo: the tablet's own camera, made smaller and freed of what the camera adds, shown, and handed over at one tap.
const LONGEST = 1600
export default function (component) {
  const { data, parentElement, setTriggerValue } = component
  const root = parentElement.querySelector(".photo")
  const input = root.querySelector("input")
  const shown = root.querySelector("img")
  const keep = root.querySelector("button")
  const problem = root.querySelector(".problem")
  root.querySelector("label span").textContent = data.take
  keep.textContent = data.keep
  keep.hidden = !shown.src
  shown.hidden = !shown.src
  input.onchange = async () => {
    problem.textContent = ""
    try {
      const picture = await createImageBitmap(input.files[0])
      const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height))
      const canvas = document.createElement("canvas")
      canvas.width = Math.round(picture.width * scale)
      canvas.height = Math.round(picture.height * scale)
      canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height)
      shown.src = canvas.toDataURL("image/jpeg", 0.85)
      shown.hidden = keep.hidden = false
    } catch {
      problem.textContent = data.no_picture
    }
  }
  keep.onclick = () => setTriggerValue("taken", shown.src)
}
