// A table of lines in a form: `<anlan-lines>` adds an empty line from its template and keeps the count that the server reads.

class Lines extends HTMLElement {
  connectedCallback(): void {
    this.querySelector<HTMLButtonElement>(":scope > button")?.addEventListener("click", () => this.add());
  }

  private add(): void {
    const count = this.querySelector<HTMLInputElement>(":scope > input[type=hidden]")!;
    const number = Number(count.value);
    const blank = this.querySelector<HTMLTemplateElement>(":scope > template")!.innerHTML;
    const body = this.querySelector("tbody")!;
    body.insertAdjacentHTML("beforeend", blank.replaceAll("__n__", String(number)));
    const row = body.lastElementChild as HTMLTableRowElement;
    row.cells[0].textContent = String(number + 1);
    count.value = String(number + 1);
    row.dispatchEvent(new CustomEvent("anlan:added", { bubbles: true }));
    row.querySelector<HTMLElement>("input, select, textarea")?.focus();
  }
}

customElements.define("anlan-lines", Lines);
