// The PIN pad, the search among names, who was here lately, the lock's clock, and the zone that the browser is in.
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

// What this tablet keeps; a browser that keeps nothing goes without.
const kept = (name) => {
  try {
    return JSON.parse(localStorage.getItem(name));
  } catch {
    return null;
  }
};
const keep = (name, value) => {
  try {
    localStorage.setItem(name, JSON.stringify(value));
  } catch {}
};
if ("nobody" in document.body.dataset) keep("sopwatch.nobody", true);
const JUST_NOW = 0; // this page does not know the service's time: the screens put it in (tablet/js/idle.mjs)
for (const event of ["pointerdown", "keydown"]) addEventListener(event, () => keep("sopwatch.touched", JUST_NOW));

const names = document.querySelector("ul.names");
const lately = kept("sopwatch.people");
if (names && Array.isArray(lately)) {
  const known = new Map([...names.children].map((name) => [name.dataset.person, name]));
  names.prepend(...lately.map((person) => known.get(person?.id)).filter(Boolean));
}

const clock = document.querySelector(".clock");
if (clock) {
  const form = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: clock.dataset.zone };
  const { now, speed } = clock.dataset;
  const began = Date.now();
  setInterval(() => {
    const at = Number(now) + (Date.now() - began) * Number(speed);
    clock.textContent = new Intl.DateTimeFormat(document.documentElement.lang, form).format(at);
  }, 1000);
}

// Another tab of this tablet was opened again: this one goes back to its place.
if (new URLSearchParams(location.search).has("locked") && "BroadcastChannel" in globalThis) {
  new BroadcastChannel("sopwatch-hands").onmessage = ({ data }) => {
    const next = new URLSearchParams(location.search).get("next") ?? "/";
    if (data.here && /^\/(?![/\\])/.test(next)) location.replace(next);
  };
}

const printer = document.querySelector("[data-print]");
if (printer) {
  printer.hidden = false;
  printer.addEventListener("click", () => print());
}

// A browser's own words on a file's button are in its language: ours take their place.
for (const input of document.querySelectorAll("input[data-choose]")) {
  const label = document.createElement("label");
  const words = document.createElement("span");
  label.className = "chosen";
  words.textContent = input.dataset.choose;
  input.replaceWith(label);
  label.append(input, words);
  input.addEventListener("change", () => {
    words.textContent = input.files[0] ? `✓ ${input.files[0].name}` : input.dataset.choose;
  });
}
