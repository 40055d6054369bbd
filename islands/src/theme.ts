// Dark and light: the server renders the chosen theme from a cookie; this only changes it.
export function themes(): void {
  document.querySelectorAll<HTMLElement>("[data-theme-toggle]").forEach((button) =>
    button.addEventListener("click", () => {
      const root = document.documentElement;
      const next = root.dataset.bsTheme === "dark" ? "light" : "dark";
      root.dataset.bsTheme = next;
      document.cookie = `anlan_theme=${next};path=/;max-age=31536000;samesite=lax`;
      window.dispatchEvent(new CustomEvent("anlan:theme", { detail: next }));
    }),
  );
}
