// Menus are <details>. Here: one open at a time, closed by Escape or a click elsewhere; filters folded away on a phone.
const open = () => document.querySelectorAll("details[data-menu][open]");

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
    const more = form.querySelector(".filter-more");
    if (phone && more && !form.querySelector(".is-set, .has-error")) more.open = false;
    form.addEventListener("change", (event) => {
      if (event.target.tagName === "SELECT" && !event.target.multiple) form.submit();
    });
  }
}
