// A place in a form: its map is fetched and put in when it is opened for the first time.

document.addEventListener("toggle", (event) => {
  const holder = event.target as HTMLDetailsElement;
  if (!holder.matches("details[data-place]") || !holder.open || holder.querySelector("anlan-map")) return;
  const map = document.createElement("anlan-map");
  const { place = "", kinds = "", src = "" } = holder.dataset;
  for (const [name, value] of Object.entries({ src, draw: place, kinds, controls: "few" })) map.setAttribute(name, value);
  if ("many" in holder.dataset) map.setAttribute("many", "");
  holder.append(map);
  void import("../map/map");
}, true);
