// The map's colours by night and by day. Land and water stay quiet; levels are the only saturated colours in both.

export type Theme = "night" | "day";

const night = {
  levels: { red: "#f0485c", orange: "#f28a36", yellow: "#ffd23d", blue: "#5b9dff", normal: "#3fb6a8" } as Record<string, string>,
  levelInk: { red: "#ffd0d3", orange: "#ffd9ba", yellow: "#ffefb5", blue: "#d3e4ff", normal: "#bfe0dc" } as Record<string, string>,
  markEdge: "#04121a",
  stale: { fill: "#0b1c25", edge: "#8fa3ab", ink: "#a9bac1" },
  ground: "#071820",
  halo: "#06121a",
  veil: { fill: "#071820", opacity: 0.62 },
  neighbour: { edge: "#23424e" },
  county: { fill: "#10303c", opacity: 0.16, glow: "#8fb2bd", edge: "#9db4bc", ink: "#c3d8df" },
  town: { edge: "#5d8593", ink: "#a8c2cb", dot: "#a8c2cb" },
  water: { glow: "#2f9fd0", great: "#5cc0ea", small: "#3f9cc6", ink: "#8fd3f0", lake: "#1b5b7a" },
  road: { major: "#b09b66", minor: "#6f6a55", case: "#0a1d26" },
  railway: { line: "#8896a0", tie: "#0f2a35" },
  builtUp: "#42525a",
  task: { ink: "#ded2ff" },
  barrier: { dark: "#04121a", light: "#ffffff" },
  selected: "#ffffff",
  waiting: { fill: "#ffffff", edge: "#ffffff", ink: "#ffffff" },
  other: { dot: "#9fb8c0", ink: "#cfdfe4" },
};

export type Palette = typeof night;

const day: Palette = {
  levels: { red: "#b3102a", orange: "#d0640f", yellow: "#eeb000", blue: "#1457c0", normal: "#0f8176" },
  levelInk: { red: "#8f0f1b", orange: "#8a3c00", yellow: "#5e4700", blue: "#123f8c", normal: "#0a5a52" },
  markEdge: "#ffffff",
  stale: { fill: "#f4f7f7", edge: "#6d8189", ink: "#4d5f66" },
  ground: "#eef2ef",
  halo: "#fbfdfb",
  veil: { fill: "#eef2ef", opacity: 0.66 },
  neighbour: { edge: "#b5c2c2" },
  county: { fill: "#ffffff", opacity: 0.05, glow: "#6f8790", edge: "#5f757e", ink: "#2d424b" },
  town: { edge: "#8ea4a8", ink: "#3f5860", dot: "#3f5860" },
  water: { glow: "#9fd2ea", great: "#3d98c9", small: "#6bb3d8", ink: "#1a6690", lake: "#a9d3e8" },
  road: { major: "#c79a4b", minor: "#c4b694", case: "#ffffff" },
  railway: { line: "#76838a", tie: "#f4f6f4" },
  builtUp: "#d3cdc3",
  task: { ink: "#4a2fa8" },
  barrier: { dark: "#0b2530", light: "#ffffff" },
  selected: "#0b2530",
  waiting: { fill: "#3c6b7a", edge: "#3f5f6a", ink: "#0b2530" },
  other: { dot: "#4d6972", ink: "#22363e" },
};

const PALETTES: Record<Theme, Palette> = { night, day };

/** Return the colours of a theme. */
export function palette(theme: Theme): Palette {
  return PALETTES[theme];
}

/** Return the theme that an element of the page stands in. */
export function themeOf(element: Element): Theme {
  return element.closest<HTMLElement>("[data-bs-theme]")?.dataset.bsTheme === "light" ? "day" : "night";
}
