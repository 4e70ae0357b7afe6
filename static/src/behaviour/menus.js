// Menus are <details>. Here: one open at a time, closed by Escape or a click elsewhere; filters folded away on a phone.
const open = () => document.querySelectorAll("details[data-menu][open]");

// Without script the fields stay in view; with it a phone shows the search box first.
function foldFilters(form) {
  const [toggle, fields] = [form.querySelector(".filter-toggle"), form.querySelector(".filter-fields")];
  if (!toggle) return;
  const show = (shown) => {
    fields.hidden = !shown;
    toggle.setAttribute("aria-expanded", String(shown));
  };
  toggle.hidden = false;
  toggle.addEventListener("click", () => show(fields.hidden));
  show(form.querySelector(".has-error") !== null);
}

export function watchMenus() {
  document.addEventListener("click", (event) => {
    for (const menu of open()) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of open()) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
  const phone = window.matchMedia("(max-width: 767px)").matches;
  for (const form of document.querySelectorAll("[data-filters]")) {
    if (phone) foldFilters(form);
    form.addEventListener("change", (event) => {
      if (event.target.tagName === "SELECT" && !event.target.multiple) form.submit();
    });
  }
}
