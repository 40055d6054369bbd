// Picking a record: a `<select data-pick="address">` becomes a field that finds rows by name, pinyin or code as one types.
// Without this script it stays a plain list of the first rows.

type Found = { rows: { value: string; text: string }[] };

/** Make every picker under `root` that is not one yet. */
export async function pickers(root: ParentNode): Promise<void> {
  const found = [...root.querySelectorAll<HTMLSelectElement>("select[data-pick]")].filter(
    (select) => !select.classList.contains("tomselected") && !select.closest("template"),
  );
  if (!found.length) return;
  const { default: TomSelect } = await import("./tom");
  for (const select of found) {
    const name = select.getAttribute("aria-label");
    const made = new TomSelect(select, {
      maxOptions: 60,
      searchField: [], // the server finds, by pinyin too
      score: () => () => 1,
      plugins: ["dropdown_input"],
      load: (query: string, done: (rows?: Found["rows"]) => void) => {
        fetch(`${select.dataset.pick}?q=${encodeURIComponent(query)}`)
          .then((answer) => answer.json() as Promise<Found>)
          .then((answer) => {
            made.clearOptions((option) => made.items.includes(String(option.value)));
            done(answer.rows);
          })
          .catch(() => done());
      },
    });
    if (name) made.control_input.setAttribute("aria-label", name);
  }
}
