// What is typed into a form with data-draft="key" is kept in this browser until it was sent and arrived, and offered back.
// The record's version stands in the key's value: a draft of an older version is still offered, and the conflict page decides.
const PREFIX = "draft:";
const DAYS = 7;
const SKIP = new Set(["csrfmiddlewaretoken", "version", "client_key"]);

const keyOf = (form) => `${PREFIX}${document.body.dataset.user || ""}:${form.dataset.draft}`;

function values(form) {
  const found = {};
  for (const field of form.elements) {
    if (!field.name || SKIP.has(field.name) || ["password", "file", "hidden", "submit", "button"].includes(field.type)) continue;
    if (field.type === "checkbox" || field.type === "radio") {
      if (field.checked) (found[field.name] = found[field.name] || []).push(field.value);
      else found[field.name] = found[field.name] || [];
    } else if (field.multiple) {
      found[field.name] = [...field.selectedOptions].map((option) => option.value);
    } else {
      found[field.name] = [field.value];
    }
  }
  return found;
}

function fill(form, draft) {
  for (const field of form.elements) {
    const kept = draft[field.name];
    if (!kept || SKIP.has(field.name)) continue;
    if (field.type === "checkbox" || field.type === "radio") field.checked = kept.includes(field.value);
    else if (field.multiple) for (const option of field.options) option.selected = kept.includes(option.value);
    else if (!["password", "file", "hidden", "submit", "button"].includes(field.type)) field.value = kept[0];
  }
}

function read(key) {
  try {
    const kept = JSON.parse(localStorage.getItem(key));
    return kept && Date.now() - kept.at < DAYS * 86400000 ? kept : null;
  } catch {
    return null;
  }
}

function write(key, value) {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // Storage is full or forbidden: the form works without it.
  }
}

function offer(form, key, kept) {
  const bar = document.createElement("div");
  bar.className = "draft-offer";
  bar.setAttribute("role", "status");
  const text = document.createElement("span");
  text.textContent = `${new Date(kept.at).toLocaleString("zh-CN", { hour12: false })} 您在这里填过、没有提交成功的内容还在。`;
  bar.append(text);
  const button = (label, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "btn btn-secondary btn-sm";
    made.textContent = label;
    made.addEventListener("click", () => {
      act();
      bar.remove();
    });
    bar.append(made);
  };
  button("恢复填写的内容", () => fill(form, kept.values));
  button("不要了", () => write(key, null));
  form.prepend(bar);
}

export function watchDrafts() {
  // A form that was sent and arrived leads to another page; its draft goes when that page opens.
  const sent = sessionStorage.getItem("draft-sent");
  const isRefused =
    !document.body.dataset.user || document.querySelector("[data-keep-draft], .has-error, .alert-danger") !== null;
  if (sent) {
    sessionStorage.removeItem("draft-sent");
    const isBack = [...document.querySelectorAll("form[data-draft]")].some((form) => keyOf(form) === sent);
    if (!isRefused && !isBack) write(sent, null);
  }
  for (const form of document.querySelectorAll("form[data-draft]")) {
    const key = keyOf(form);
    const fresh = JSON.stringify(values(form));
    const kept = read(key);
    if (kept && JSON.stringify(kept.values) !== fresh) offer(form, key, kept);
    else if (kept && !isRefused) write(key, null); // It was saved, and led back here.
    let timer = 0;
    const keep = () => write(key, JSON.stringify(values(form)) === fresh ? null : { at: Date.now(), values: values(form) });
    form.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(keep, 400);
    });
    form.addEventListener("submit", () => {
      clearTimeout(timer);
      keep();
      sessionStorage.setItem("draft-sent", key);
    });
  }
}
