// Counts down to the shaking of each town by the world's clock, which in an exercise may run faster or stand still; sounds only when asked to.
const page = document.querySelector<HTMLElement>("[data-countdown]")!;
const begun = performance.now();
const { now = "0", speed = "1" } = page.dataset;
const world = (): number => Number(now) + (performance.now() - begun) * Number(speed);
let audio: AudioContext | undefined;
let beeped = Infinity;

function beep(left: number): void {
  const second = Math.ceil(left);
  if (!audio || second === beeped || second < 0 || second > 10) return;
  beeped = second;
  const tone = audio.createOscillator();
  const volume = audio.createGain();
  tone.frequency.value = second ? 660 : 990;
  volume.gain.setValueAtTime(0.15, audio.currentTime);
  volume.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + (second ? 0.15 : 0.8));
  tone.connect(volume).connect(audio.destination);
  tone.start();
  tone.stop(audio.currentTime + 0.9);
}

function tick(): void {
  const rows = [...document.querySelectorAll<HTMLElement>("[data-arrives]")];
  let first: HTMLElement | undefined;
  for (const row of rows) {
    const left = (Number(row.dataset.arrives) - world()) / 1000;
    row.toggleAttribute("data-past", left <= 0);
    if (left > 0) first ??= row;
    row.querySelector<HTMLElement>("[data-left]")!.textContent = left > 0 ? String(Math.ceil(left)) : row.dataset.passed ?? "";
  }
  // The strongest that is still to come stands large; the rows come the strongest first.
  const big = document.querySelector<HTMLElement>("[data-big]")!;
  big.hidden = !first;
  document.querySelector<HTMLElement>("[data-over]")!.hidden = Boolean(first);
  if (!first) return;
  const left = (Number(first.dataset.arrives) - world()) / 1000;
  big.querySelector<HTMLElement>("[data-big-left]")!.textContent = String(Math.ceil(left));
  big.querySelector<HTMLElement>("[data-big-name]")!.textContent = first.dataset.name ?? "";
  big.querySelector<HTMLElement>("[data-big-degree]")!.textContent = first.dataset.degree ?? "";
  beep(left);
}

document.querySelector("[data-countdown-sound]")?.addEventListener("change", (event) => {
  if ((event.target as HTMLInputElement).checked) void (audio ??= new AudioContext()).resume();
  else { void audio?.close(); audio = undefined; }
});
window.setInterval(tick, 200);
tick();
