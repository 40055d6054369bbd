// The shapes behind the colours: a level is told by its form and its pattern too, never by colour alone.
import type { Map } from "maplibre-gl";
import type { Palette } from "./palette";

const RATIO = 2;
type Pen = CanvasRenderingContext2D;

/** The outline of each level's mark, in a square of 20; the same shapes as beside the words on the pages. */
const MARKS: Record<string, [number, number][] | "circle"> = {
  normal: "circle",
  blue: "circle",
  yellow: [[10, 1.5], [18.5, 10], [10, 18.5], [1.5, 10]],
  orange: [[10, 1.5], [19, 17.5], [1, 17.5]],
  red: [[6.3, 1], [13.7, 1], [19, 6.3], [19, 13.7], [13.7, 19], [6.3, 19], [1, 13.7], [1, 6.3]],
};

function canvas(size: number, draw: (pen: Pen) => void): ImageData {
  const board = Object.assign(document.createElement("canvas"), { width: size * RATIO, height: size * RATIO });
  const pen = board.getContext("2d", { willReadFrequently: true })!; // kept where it is read: from a graphics card it would come back slowly
  pen.scale(RATIO, RATIO);
  draw(pen);
  return pen.getImageData(0, 0, board.width, board.height);
}

function trace(pen: Pen, level: string): void {
  const mark = MARKS[level];
  pen.beginPath();
  if (mark === "circle") pen.arc(10, 10, level === "normal" ? 6 : 8, 0, Math.PI * 2);
  else mark.forEach(([x, y], index) => (index ? pen.lineTo(x, y) : pen.moveTo(x, y)));
  pen.closePath();
}

/** Draw the mark of a level: filled and bold when fresh, hollow and grey when stale. */
export function mark(level: string, p: Palette, stale = false): ImageData {
  return canvas(20, (pen) => {
    trace(pen, level);
    pen.lineWidth = stale ? 2 : 1.6;
    pen.fillStyle = stale ? p.stale.fill : p.levels[level];
    pen.strokeStyle = stale ? p.stale.edge : p.markEdge;
    pen.fill();
    pen.stroke();
    if (stale || level === "normal") return;
    pen.fillStyle = p.markEdge;
    if (level === "red" || level === "orange") {
      pen.fillRect(9, level === "red" ? 4.5 : 6.5, 2, 6);
      pen.fillRect(9, level === "red" ? 13 : 14, 2, 2.2);
    }
  });
}

/** Draw the hatching of a warning's level: the graver, the denser. */
export function hatch(level: string, p: Palette): ImageData {
  const step = { blue: 16, yellow: 12, orange: 8, red: 8 }[level] ?? 16;
  return canvas(16, (pen) => {
    pen.fillStyle = p.levels[level];
    pen.globalAlpha = level === "red" ? 0.2 : 0.14;
    pen.fillRect(0, 0, 16, 16);
    pen.globalAlpha = 0.38;
    pen.strokeStyle = p.levels[level];
    pen.lineWidth = level === "red" ? 1.6 : 1.1;
    pen.beginPath();
    for (let at = -16; at <= 32; at += step) {
      if (level === "yellow") { pen.moveTo(0, at + 6); pen.lineTo(16, at + 6); continue; }
      pen.moveTo(at, 16);
      pen.lineTo(at + 16, 0);
      if (level === "red") { pen.moveTo(at, 0); pen.lineTo(at + 16, 16); }
    }
    pen.stroke();
  });
}

/** Draw the flag that marks tasks. */
export function flag(overdue: boolean): ImageData {
  return canvas(20, (pen) => {
    pen.fillStyle = overdue ? "#ffffff" : "#c9b6ff";
    pen.strokeStyle = "#04121a";
    pen.lineWidth = 1.4;
    pen.beginPath();
    pen.roundRect(2, 2, 16, 16, 3);
    pen.fill();
    pen.stroke();
    pen.strokeStyle = "#1d1638";
    pen.lineWidth = 2.2;
    pen.beginPath();
    if (overdue) { pen.moveTo(10, 5); pen.lineTo(10, 11); pen.moveTo(10, 13.6); pen.lineTo(10, 15.6); }
    else { pen.moveTo(5.5, 10.5); pen.lineTo(8.8, 13.6); pen.lineTo(14.6, 6.6); }
    pen.stroke();
  });
}

/** Give the map its marks and hatchings in a palette's colours, or change those it has. */
export function addImages(map: Map, p: Palette): void {
  const put = (name: string, image: ImageData): void => {
    if (map.hasImage(name)) map.updateImage(name, image);
    else map.addImage(name, image, { pixelRatio: RATIO });
  };
  for (const level of Object.keys(MARKS)) {
    put(`mark-${level}`, mark(level, p));
    put(`mark-${level}-stale`, mark(level, p, true));
    if (level !== "normal") put(`hatch-${level}`, hatch(level, p));
  }
  put("task", flag(false));
  put("task-overdue", flag(true));
}

/** Make an <canvas> picture for the legend from a drawn image. */
export function picture(image: ImageData, size = 16): HTMLCanvasElement {
  const board = Object.assign(document.createElement("canvas"), { width: image.width, height: image.height, className: "swatch" });
  board.getContext("2d")!.putImageData(image, 0, 0);
  board.style.width = board.style.height = `${size}px`;
  board.setAttribute("aria-hidden", "true");
  return board;
}
