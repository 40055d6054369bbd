// The sound of alarms that nobody answered: for orange and red alone, once somebody has switched it on, and silent as soon as they are answered.
const KEY = "anlan-sound";
const EVERY: Record<string, number> = { red: 5000, orange: 15000 };
let audio: AudioContext | undefined;
let last = 0;

const wanted = (): boolean => window.localStorage.getItem(KEY) === "on";
const ready = (): boolean => wanted() && audio?.state === "running";

/** Two tones for red, one for orange: an ear tells them apart without a look. */
function tones(red: boolean): void {
  if (!audio) return;
  (red ? [880, 660, 880] : [520]).forEach((pitch, n) => {
    const tone = audio!.createOscillator();
    const volume = audio!.createGain();
    const at = audio!.currentTime + n * 0.28;
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0.15, at);
    volume.gain.exponentialRampToValueAtTime(0.001, at + 0.25);
    tone.connect(volume).connect(audio!.destination);
    tone.start(at);
    tone.stop(at + 0.25);
  });
}

function show(): void {
  document.querySelectorAll<HTMLElement>("[data-sound-switch]").forEach((button) => {
    button.setAttribute("aria-pressed", String(ready()));
    button.classList.toggle("active", ready());
    button.querySelector(".ti")?.classList.replace(ready() ? "ti-volume-off" : "ti-volume", ready() ? "ti-volume" : "ti-volume-off");
  });
}

async function begin(): Promise<void> {
  audio ??= new AudioContext();
  await audio.resume();
  show();
  tell();
}

/** Say aloud in words that it is silent though somebody wants to hear it: after a reload a browser waits for the first touch. */
function tell(): void {
  const silent = wanted() && !ready();
  document.querySelectorAll<HTMLElement>("[data-sound-silent]").forEach((words) => { words.hidden = !silent; });
}

function ring(): void {
  tell();
  const level = document.querySelector<HTMLElement>("[data-sound]")?.dataset.sound ?? "";
  const every = EVERY[level];
  if (!every || !ready() || Date.now() - last < every) return;
  last = Date.now();
  tones(level === "red");
}

/** A browser lets a page sound only after somebody has touched it or pressed a key. */
function wake(): void {
  if (wanted() && !ready()) void begin();
}

export function sounds(): void {
  if (!document.querySelector("[data-sound]")) return;
  document.addEventListener("click", (event) => {
    if ((event.target as HTMLElement).closest("[data-sound-switch]")) {
      window.localStorage.setItem(KEY, ready() ? "off" : "on");
      if (!wanted()) { void audio?.suspend().then(show); tell(); return; }
    }
    wake();
  });
  document.addEventListener("keydown", wake);
  window.setInterval(ring, 1000);
  show();
  // Where the browser knows this desk it lets it sound at once; else this waits for the first touch.
  wake();
}
