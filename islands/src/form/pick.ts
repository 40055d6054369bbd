// Picking a record: a `<select data-pick="address">` becomes a field that finds rows by name, pinyin or code as one types.
// Without this script it stays a plain list of the first rows.

type Found = { rows: { value: string; text: string }[] };

/** A plain list of more choices than this is searched by typing too: nobody scrolls through all datastreams of a city. */
const LONG = 60;

/** Make every picker under `root` that is not one yet. */
export async function pickers(root: ParentNode): Promise<void> {
  await divisions(root);
  const plain = [...root.querySelectorAll<HTMLSelectElement>("select:not([multiple])")].filter(
    (select) => !select.classList.contains("tomselected") && !select.closest("template"),
  );
  await long(plain.filter((select) => !select.dataset.pick && select.options.length > LONG));
  const found = plain.filter((select) => select.dataset.pick);
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

/** Long lists whose choices all stand in the page. */
async function long(found: HTMLSelectElement[]): Promise<void> {
  if (!found.length) return;
  const { default: TomSelect } = await import("./tom");
  for (const select of found) {
    const name = select.getAttribute("aria-label") ?? select.labels?.[0]?.textContent?.trim() ?? "";
    const made = new TomSelect(select, { maxOptions: LONG, plugins: ["dropdown_input"] });
    // The list that was stays in the form, out of sight: its label goes with the new field.
    if (name) [made.control_input, select].forEach((one) => one.setAttribute("aria-label", name));
  }
}

type Division = { code: string; name: string; formerly?: string };

/** A field for a division's code becomes one that finds divisions by name, pinyin, initials or code; a code that is typed stays as it is. */
async function divisions(root: ParentNode): Promise<void> {
  const found = [...root.querySelectorAll<HTMLInputElement>("input[data-division]")].filter((input) => !input.classList.contains("tomselected"));
  if (!found.length) return;
  const { default: TomSelect } = await import("./tom");
  for (const input of found) {
    const label = input.getAttribute("aria-label") ?? input.labels?.[0]?.textContent?.trim() ?? "";
    const made = new TomSelect(input, {
      maxItems: 1,
      maxOptions: 20,
      create: ((typed: string) => ({ code: typed, name: typed })) as never,
      createFilter: /^\d{2,12}$/,
      valueField: "code",
      labelField: "name",
      searchField: [],
      score: () => () => 1,
      options: input.value ? [{ code: input.value, name: input.dataset.name || input.value }] : [],
      items: input.value ? [input.value] : [],
      placeholder: input.placeholder,
      load: (query: string, done: (rows?: Division[]) => void) => {
        fetch(`${input.dataset.division}?q=${encodeURIComponent(query)}`, { headers: { Accept: "application/json" } })
          .then((answer) => answer.json() as Promise<{ places: Division[] }>)
          .then((answer) => { made.clearOptions((option) => made.items.includes(String(option.code))); done(answer.places); })
          .catch(() => done());
      },
      render: {
        option: (division: Division, escape: (text: string) => string) => `<div>${escape(division.name)} <small class="text-secondary">${escape(division.code)}</small></div>`,
        item: (division: Division, escape: (text: string) => string) => `<div title="${escape(division.code)}">${escape(division.name)}</div>`,
      },
    });
    // The field that was stays in the form, out of sight: its label goes with the new one.
    if (label) [made.control_input, input].forEach((one) => one.setAttribute("aria-label", label));
  }
}
