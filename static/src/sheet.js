// Forms that are tables (data-grid): moving with the keyboard and pasting a block from Excel or WPS. The month's sheet of a unit
// (data-sheet, report_sheet.html) besides: each changed row saved as a draft by itself, and a copy of what is not saved yet in this browser, so that neither a lost line nor an
// expired session loses a word. Without this file the sheet is a plain form.
const PAUSE = 1200;
const LONGEST_PAUSE = 60000;

// ---- amounts: whole 分, so that sums are exact

const cents = (text) => {
  const plain = text.normalize("NFKC").replace(/[,\s]|万元$/g, "");
  return /^-?\d+(\.\d{1,2})?$/.test(plain) ? Math.round(Number(plain) * 100) : null;
};
const shown = (amount) =>
  (amount / 100).toLocaleString("zh-CN", { minimumFractionDigits: 2, maximumFractionDigits: 2 });

function recount(table) {
  const sums = { planned_wan: 0, done_wan: 0, cumulative: 0 };
  for (const row of table.tBodies[0].rows) {
    const amount = (name) => {
      const cell = row.querySelector(`[data-field="${name}"]`);
      return cents(cell.value ?? cell.textContent) || 0;
    };
    const total = Number(row.dataset.before) + amount("done_wan");
    const plan = Number(row.dataset.plan);
    row.querySelector("[data-cumulative]").textContent = shown(total);
    row.querySelector("[data-rate]").textContent = plan > 0 ? `${((total / plan) * 100).toFixed(1)}%` : "—";
    sums.planned_wan += amount("planned_wan");
    sums.done_wan += amount("done_wan");
    sums.cumulative += total;
  }
  for (const [name, sum] of Object.entries(sums)) table.querySelector(`[data-sum="${name}"]`).textContent = shown(sum);
}

// ---- moving and pasting

const cellsOf = (row) => [...row.querySelectorAll("textarea[data-field], input[data-field]")];

function move(cell, down, right) {
  const rows = [...cell.closest("tbody").rows].filter((row) => cellsOf(row)[0]);
  const own = cell.closest("tr");
  const row = rows[rows.indexOf(own) + down];
  const target = row && cellsOf(row)[cellsOf(own).indexOf(cell) + right];
  if (!target) return false;
  target.focus();
  target.select();
  return true;
}

function onKey(event) {
  const cell = event.target;
  if (!cell.dataset.field || event.isComposing || event.ctrlKey || event.metaKey) return;
  const [isStart, isEnd] = [cell.selectionEnd === 0, cell.selectionStart === cell.value.length];
  const isWhole = cell.selectionStart === 0 && cell.selectionEnd === cell.value.length;
  let moved = false;
  if (event.key === "Enter" && !event.altKey && !event.shiftKey) {
    move(cell, 1, 0);
    moved = true;
  } else if (event.key === "Enter" && event.altKey) {
    cell.setRangeText("\n", cell.selectionStart, cell.selectionEnd, "end");
    cell.dispatchEvent(new Event("input", { bubbles: true }));
    moved = true;
  } else if (event.key === "ArrowDown" && (isWhole || isEnd)) moved = move(cell, 1, 0);
  else if (event.key === "ArrowUp" && (isWhole || isStart)) moved = move(cell, -1, 0);
  else if (event.key === "ArrowRight" && (isWhole || isEnd)) moved = move(cell, 0, 1);
  else if (event.key === "ArrowLeft" && (isWhole || isStart)) moved = move(cell, 0, -1);
  if (moved) event.preventDefault();
}

// Excel and WPS put a block on the clipboard as lines of cells between tabs; a cell with a line break stands in quotes.
function block(text) {
  const rows = [[""]];
  let isQuoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    const row = rows[rows.length - 1];
    if (isQuoted) {
      if (char === '"' && text[at + 1] === '"') at += 1;
      else if (char === '"') {
        isQuoted = false;
        continue;
      }
      row[row.length - 1] += char;
    } else if (char === '"' && row[row.length - 1] === "") isQuoted = true;
    else if (char === "\t") row.push("");
    else if (char === "\n") rows.push([""]);
    else if (char !== "\r") row[row.length - 1] += char;
  }
  if (rows[rows.length - 1].join("") === "") rows.pop();
  return rows;
}

function onPaste(event) {
  const cell = event.target;
  const text = event.clipboardData.getData("text/plain");
  if (!cell.dataset.field || !/[\t\n]/.test(text.trimEnd())) return;
  event.preventDefault();
  const rows = [...cell.closest("tbody").rows];
  const own = cell.closest("tr");
  const [top, left] = [rows.indexOf(own), cellsOf(own).indexOf(cell)];
  block(text).forEach((values, down) => {
    values.forEach((value, right) => {
      const target = rows[top + down] && cellsOf(rows[top + down])[left + right];
      if (!target) return;
      target.value = value.trim();
      target.dispatchEvent(new Event("input", { bubbles: true }));
    });
  });
}

// ---- keeping and saving

const AMOUNTS = new Set(["planned_wan", "done_wan"]);

// What a row shows, to be typed into or to be read only (where a stroke stands for nothing).
function valuesOf(element) {
  const text = (cell) => cell.value ?? (cell.textContent === "—" ? "" : cell.textContent);
  const values = {};
  for (const cell of element.querySelectorAll("[data-field]")) values[cell.dataset.field] = text(cell);
  return values;
}

// The server writes 900.00 where 900 was typed.
function areSame(values, others) {
  const plain = (name, text = "") => (AMOUNTS.has(name) ? cents(text) : null) ?? text.replace(/\s+/g, " ").trim();
  return Object.keys({ ...values, ...others }).every((name) => plain(name, values[name]) === plain(name, others[name]));
}

function readKept(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

const prefixOf = (sheet) => `sheet:${document.body.dataset.user}:${sheet}:`;

class Row {
  constructor(element, form) {
    this.element = element;
    this.form = form;
    this.cells = cellsOf(element);
    this.version = element.querySelector("[data-version]");
    this.status = element.querySelector("[data-status]");
    this.key = prefixOf(form.dataset.sheet) + element.dataset.project;
    this.saved = JSON.stringify(this.values());
    this.pause = PAUSE;
  }

  values() {
    return valuesOf(this.element);
  }

  // For who can no longer type it here.
  words() {
    const typed = this.cells.filter((cell) => cell.value).map((cell) => `${cell.closest("td").dataset.label} ${cell.value}`);
    return `${this.element.querySelector(".lead").textContent}：${typed.join("；")}`;
  }

  keep() {
    const values = this.values();
    try {
      if (JSON.stringify(values) === this.saved) localStorage.removeItem(this.key);
      else localStorage.setItem(this.key, JSON.stringify({ at: Date.now(), version: this.version.value, values, words: this.words() }));
    } catch {
      // Storage is full or forbidden: the row is still saved to the server.
    }
  }

  kept() {
    const found = readKept(this.key);
    return found && !areSame(found.values, this.values()) ? found : null;
  }

  forget() {
    localStorage.removeItem(this.key);
  }

  fill(kept) {
    for (const cell of this.cells) cell.value = kept.values[cell.dataset.field] || "";
    this.version.value = kept.version; // Written meanwhile by somebody else? Then the answer is 409, with both values.
    this.changed();
  }

  say(text, isWrong = false) {
    this.status.textContent = text;
    this.status.classList.toggle("late", isWrong);
  }

  changed() {
    this.keep();
    this.say("未保存");
    this.later(PAUSE);
  }

  later(pause) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), pause);
  }

  async save() {
    const sent = this.values();
    if (this.isSaving || JSON.stringify(sent) === this.saved) return;
    this.isSaving = true;
    const body = new URLSearchParams({ ...sent, version: this.version.value });
    body.set("csrfmiddlewaretoken", this.form.elements.csrfmiddlewaretoken.value);
    try {
      const answer = await fetch(this.element.dataset.url, { method: "POST", body, credentials: "same-origin" });
      const isJson = (answer.headers.get("Content-Type") || "").startsWith("application/json");
      if (!isJson) this.lockedOut();
      else this.answered(answer.status, await answer.json(), sent);
      this.pause = PAUSE;
    } catch {
      this.say("网络断了，填的内容留在本机，连上后自动再存", true);
      this.pause = Math.min(this.pause * 2, LONGEST_PAUSE);
      this.later(this.pause);
    }
    this.isSaving = false;
    if (this.status.textContent === "未保存") this.later(PAUSE);
  }

  answered(status, told, sent) {
    for (const cell of this.cells) cell.removeAttribute("aria-invalid");
    if (status === 200) {
      this.version.value = told.version;
      this.saved = JSON.stringify(sent);
      this.keep();
      if (JSON.stringify(this.values()) === this.saved) this.say([told.saved, ...told.warnings].join(" "), told.warnings.length > 0);
    } else if (status === 409) {
      this.conflict(told);
    } else {
      for (const cell of this.cells) if (told.errors[cell.dataset.field]) cell.setAttribute("aria-invalid", "true");
      this.say(Object.values(told.errors).flat().join(" "), true);
    }
  }

  // Both values stand there; nothing is written until the person chooses.
  conflict(told) {
    this.say(told.message, true);
    const choose = (label, act) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn btn-secondary btn-sm";
      button.textContent = label;
      button.addEventListener("click", () => {
        this.version.value = told.version;
        act();
      });
      this.status.append(" ", button);
    };
    choose("保存我填的", () => this.save());
    choose("用对方的", () => {
      for (const cell of this.cells) cell.value = told.current[cell.dataset.field];
      this.saved = JSON.stringify(this.values());
      this.keep();
      this.say("已换成对方的");
      recount(this.form.querySelector("table"));
    });
  }

  lockedOut() {
    this.say("登录已过期，填的内容留在本机", true);
    document.querySelector("[data-signed-out]").hidden = false;
  }
}

function offer(form, rows) {
  const kept = rows.map((row) => [row, row.kept()]).filter(([, found]) => found);
  const bar = document.querySelector("[data-sheet-offer]");
  if (!kept.length) return;
  bar.hidden = false;
  const latest = new Date(Math.max(...kept.map(([, found]) => found.at))).toLocaleString("zh-CN", { hour12: false });
  bar.querySelector("span").textContent = `有 ${kept.length} 行上次填了、没有保存成功的内容还在（${latest}）。`;
  const [restore, drop] = bar.querySelectorAll("button");
  restore.addEventListener("click", () => {
    for (const [row, found] of kept) row.fill(found);
    recount(form.querySelector("table"));
    bar.hidden = true;
  });
  drop.addEventListener("click", () => {
    for (const [row] of kept) row.forget();
    bar.hidden = true;
  });
}

// A copy that an older script kept has no words of its own.
function wordsOf(key, found, row) {
  const label = (name) => document.querySelector(`[data-field="${name}"]`)?.closest("td").dataset.label || "";
  const typed = Object.entries(found.values).filter(([, value]) => value).map(([name, value]) => `${label(name)} ${value}`.trim());
  return `${row?.querySelector(".lead")?.textContent || `项目 ${key}`}：${typed.join("；")}`;
}

// What was typed for a row that is no longer to be filled here (another unit's by now, sent by a colleague, closed) is shown to be copied.
function showLeftBehind(bar) {
  const prefix = prefixOf(bar.dataset.leftBehind);
  const kept = new Map();
  for (const key of Object.keys(localStorage).filter((one) => one.startsWith(prefix))) {
    const project = key.slice(prefix.length);
    const [found, row] = [readKept(key), document.querySelector(`tr[data-project="${project}"]`)];
    if (row && cellsOf(row)[0]) continue;
    if (!found || (row && areSame(found.values, valuesOf(row)))) localStorage.removeItem(key);
    else kept.set(key, found.words || wordsOf(project, found, row));
  }
  bar.hidden = !kept.size;
  for (const words of kept.values()) {
    const line = document.createElement("p");
    line.textContent = words;
    bar.querySelector("button").parentElement.before(line);
  }
  bar.querySelector("button").addEventListener("click", () => {
    for (const key of kept.keys()) localStorage.removeItem(key);
    bar.hidden = true;
  });
}

for (const form of document.querySelectorAll("form[data-sheet], form[data-grid]")) {
  form.addEventListener("keydown", onKey);
  form.addEventListener("paste", onPaste);
}

for (const form of document.querySelectorAll("form[data-sheet]")) {
  const table = form.querySelector("table");
  const editable = [...table.tBodies[0].rows].filter((row) => cellsOf(row)[0]);
  const rows = new Map(editable.map((element) => [element, new Row(element, form)]));
  form.addEventListener("input", (event) => {
    const row = rows.get(event.target.closest("tr"));
    if (!row) return;
    recount(table);
    row.changed();
  });
  window.addEventListener("online", () => rows.forEach((row) => row.save()));
  offer(form, [...rows.values()]);
  recount(table);
}

for (const bar of document.querySelectorAll("[data-left-behind]")) showLeftBehind(bar);
