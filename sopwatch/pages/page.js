// The PIN pad, the search among names, and the zone that the browser is in.
const pin = document.querySelector("input.pin");
for (const key of document.querySelectorAll(".pad button")) {
  key.addEventListener("click", () => {
    const digit = key.dataset.digit;
    if (digit !== undefined) pin.value = (pin.value + digit).slice(0, 12);
    else if (key.dataset.clear !== undefined) pin.value = "";
    else pin.value = pin.value.slice(0, -1);
  });
}
const search = document.querySelector("#search");
search?.addEventListener("input", () => {
  const wanted = search.value.trim().toLowerCase();
  for (const name of document.querySelectorAll(".names li")) {
    name.hidden = !name.textContent.toLowerCase().includes(wanted);
  }
});
const zone = document.querySelector("#zone");
if (zone && !zone.value) zone.value = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
