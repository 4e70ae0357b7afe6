// A button with data-copy="id" copies that text box; without script, or where the browser forbids it, the box is selected by hand.
export function watchCopies() {
  for (const button of document.querySelectorAll("[data-copy]")) {
    const box = document.getElementById(button.dataset.copy);
    button.hidden = false;
    button.addEventListener("click", () => {
      box.focus();
      box.select();
      if (document.execCommand("copy")) button.textContent = "已复制，去群里粘贴";
    });
  }
}
