// A public screen: asks every few seconds what is in force where it stands, shows it, and tells the server that it does.
// Without a network it goes on showing the last answer with its age, and drops by itself what has run out.
const declared = JSON.parse(document.getElementById("declared").textContent);
const store = `anlan-screen:${declared.code}`;
const main = document.getElementById("shown");
const read = (name) => { try { return JSON.parse(localStorage.getItem(`${store}:${name}`)); } catch { return null; } };
const keep = (name, value) => { try { localStorage.setItem(`${store}:${name}`, JSON.stringify(value)); } catch { /* a full or forbidden store: shown all the same */ } };

// The key comes once in the address and is kept; later openings, also from a bookmark without it, find it again.
const given = new URL(location.href).searchParams.get("key");
if (given) keep("key", given);
const key = given ?? read("key") ?? "";

let last = read("state");       // {answer, at: this clock's time of it, ahead: server's clock minus this one}
let at = 0;                     // which warning, which language
let told = "";                  // what the server was told is shown

const now = () => new Date(Date.now() + (last?.ahead ?? 0));
const standing = () => (last?.answer.warnings ?? []).filter((one) => new Date(one.expires_at) > now());
const late = () => !last || Date.now() - last.at > declared.every * 4000;
// Times are the city's, whatever zone the machine behind the screen believes in.
const zoned = new Intl.DateTimeFormat("sv-SE", { timeZone: declared.zone, dateStyle: "short", timeStyle: "short" });
const clock = (date) => zoned.format(date);
const say = (name, language = "") => (language ? [language] : declared.languages).map((one) => declared.words[one][name]).join(" · ");

function element(tag, name, text) {
  const made = document.createElement(tag);
  if (name) made.className = name;
  if (text) made.textContent = text;
  return made;
}

function sign() {
  const made = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  made.setAttribute("viewBox", "0 0 24 24");
  made.setAttribute("class", "sign");
  made.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("fill", "currentColor");
  path.setAttribute("d", "M12 2 1 21h22L12 2zm1 15h-2v-2h2v2zm0-4h-2V9h2v4z");
  made.append(path);
  return made;
}

function drawWarning(warning, text) {
  const band = element("div", `band level${warning.level}`);
  band.append(sign(), element("span", "", text.name), element("small", "", text.places.join(text.language === "zh" ? "、" : ", ")));
  const times = `${text.issuer} · ${say("issued", text.language)} ${clock(new Date(warning.published_at))} · ${say("until", text.language)} ${clock(new Date(warning.expires_at))}`;
  main.lang = text.language === "zh" ? "zh-Hans" : "en";
  main.replaceChildren(band, element("div", "headline", text.headline), element("div", "words", text.description), element("div", "words what", text.instruction), element("div", "times", times));
  fit();
}

/** Make words smaller rather than cut them. */
function fit() {
  const words = main.querySelectorAll(".headline, .words");
  for (let size = 100; size >= 30; size -= 5) {
    words.forEach((one) => { one.style.zoom = `${size}%`; });
    if (main.scrollHeight <= main.clientHeight) break;
  }
}

function draw() {
  const shown = standing();
  const pages = shown.flatMap((warning) => warning.texts.map((text) => [warning, text]));
  if (pages.length) {
    at %= pages.length;
    drawWarning(...pages[at]);
  } else {
    const unknown = late();
    const quiet = element("div", unknown ? "quiet unknown" : "quiet");
    quiet.append(element("span", "clock", clock(now()).slice(-5)));
    for (const language of declared.languages) {
      quiet.append(element("div", "", !last ? say("first", language) : unknown ? `${say("unknown", language)} ${clock(new Date(last.at))}` : say("none", language)));
    }
    main.replaceChildren(quiet);
  }
  document.getElementById("place").textContent = declared.languages.length > 1 ? declared.name.filter(Boolean).join(" ") : declared.languages[0] === "en" ? declared.name[1] || declared.name[0] : declared.name[0];
  document.getElementById("count").textContent = pages.length > 1 ? `${at + 1} / ${pages.length}` : "";
  const age = document.getElementById("age");
  age.className = late() ? "stale" : "";
  age.textContent = !last ? say("first") : late() ? `${say("since")} ${clock(new Date(last.at))} (${Math.floor((Date.now() - last.at) / 60000)} min)` : `${say("current")} ${clock(now())}`;
  return shown;
}

async function ask() {
  try {
    const answer = await (await fetch(`${declared.state}?key=${encodeURIComponent(key)}`, { cache: "no-store", signal: AbortSignal.timeout(declared.every * 2000) })).json();
    if (!Array.isArray(answer.warnings)) throw new Error("no answer");
    const changed = last?.answer.version !== answer.version;
    last = { answer, at: Date.now(), ahead: new Date(answer.at) - Date.now() };
    keep("state", last);
    if (changed) at = 0;
    const shown = draw().map((one) => one.identifier).join(",");
    if (key && shown && shown !== told) {
      const body = new URLSearchParams({ key, shown });
      if ((await fetch(declared.shown, { method: "POST", body })).ok) told = shown;
    }
    if (!shown) told = "";
  } catch { draw(); }
}

if ("serviceWorker" in navigator) navigator.serviceWorker.register(declared.worker, { scope: declared.worker.replace(/worker\.js\/?$/, "") }).catch(() => {});
draw();
void ask();
setInterval(ask, declared.every * 1000);
setInterval(() => { at += 1; draw(); }, 12000);
