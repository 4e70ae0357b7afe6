// What is typed into a form is kept in this browser until it was sent and arrived, and offered back. Its key is data-draft
// or the address it is sent to; the outbox keeps its own. A draft of an older version of the record is still offered, and
// the conflict page decides.
const FORMS = 'form[data-draft], form.form[method="post"]:not([data-outbox])';
const PREFIX = "draft:";
const DAYS = 7;
const SKIP = new Set(["csrfmiddlewaretoken", "version", "client_key"]);

const keyOf = (form) => `${PREFIX}${document.body.dataset.user || ""}:${form.dataset.draft || addressOf(form)}`;

const addressOf = (form) => form.getAttribute("action") || `${location.pathname}${location.search}`;

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
  for (let fold = form.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
}

// The form of a conflict has been typed nowhere: what was typed is sent with it, or given up.
function settle(conflict, key) {
  conflict.querySelector("form")?.addEventListener("submit", () => sessionStorage.setItem("draft-sent", key));
  conflict.querySelector("[data-give-up]").addEventListener("click", () => write(key, null));
}

export function watchDrafts() {
  // A form that was sent and arrived leads on; its draft goes when that page opens. Answered without leading on it came
  // back, refused or filled in further: what stands in it is the draft.
  const sent = sessionStorage.getItem("draft-sent");
  if (sent) sessionStorage.removeItem("draft-sent");
  const conflict = sent && document.querySelector("[data-conflict]");
  if (conflict) settle(conflict, sent);
  if (!document.body.dataset.user) return; // Signing in: what was sent without a session is offered after it.
  const isRefused = document.querySelector("[data-keep-draft], .has-error, .alert-danger") !== null;
  const isLedOn = (performance.getEntriesByType("navigation")[0] || performance.navigation).redirectCount > 0;
  const forms = [...document.querySelectorAll(FORMS)];
  if (sent && !isRefused && (isLedOn || !forms.some((form) => keyOf(form) === sent))) write(sent, null);
  for (const form of forms) {
    const key = keyOf(form);
    const isBack = key === sent && !isLedOn;
    const fresh = JSON.stringify(values(form));
    const kept = read(key);
    if (isBack) write(key, { at: Date.now(), values: values(form) });
    else if (kept && JSON.stringify(kept.values) !== fresh) offer(form, key, kept);
    else if (kept && !isRefused) write(key, null); // It was saved, and led back here.
    let timer = 0;
    const keep = () => write(key, JSON.stringify(values(form)) === fresh && !isBack ? null : { at: Date.now(), values: values(form) });
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
