// The box in a table's heading ticks every row of the page; without script it stays hidden.
export function watchSelections() {
  for (const all of document.querySelectorAll("[data-select-all]")) {
    const boxes = [...all.closest("form").querySelectorAll(`tbody input[name="${all.dataset.selectAll}"]`)];
    const show = () => {
      const ticked = boxes.filter((box) => box.checked).length;
      all.checked = ticked > 0 && ticked === boxes.length;
      all.indeterminate = ticked > 0 && ticked < boxes.length;
    };
    all.hidden = boxes.length === 0;
    all.addEventListener("change", () => {
      for (const box of boxes) box.checked = all.checked;
    });
    for (const box of boxes) box.addEventListener("change", show);
    show();
  }
}
