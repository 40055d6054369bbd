// On a phone a row of a table is a card: each cell is told its column's name, which app.css writes before it, or that it holds nothing to show.
export function nameCells(): void {
  document.querySelectorAll<HTMLTableElement>(".table-responsive > table").forEach((table) => {
    const names = [...(table.tHead?.rows[0]?.cells ?? [])].map((cell) => cell.textContent!.trim());
    [...table.tBodies, ...(table.tFoot ? [table.tFoot] : [])].flatMap((part) => [...part.rows]).forEach((row) => {
      [...row.cells].forEach((cell) => {
        // The cell beside a box to tick is the card's title.
        cell.dataset.label = cell.previousElementSibling?.classList.contains("tick") ? "" : names[cell.cellIndex] ?? "";
        cell.toggleAttribute("data-nothing", cell.cellIndex > 0 && ["", "—"].includes(cell.textContent!.trim()) && !cell.querySelector("a, button, img, input, svg"));
      });
    });
  });
}
