// A form with data-outbox="what it is" is kept on this phone, under the client_key that the server gave it, until the server has
// it: sent at once, when the connection comes back, or at the next opening of any page. Text goes first; photos wait in the
// browser's own database and follow one by one. The server answers the same for a key that it knows, so that what was sent
// twice arrives once. What it refuses is opened on its own page of errors or of two versions, with all that was typed.
const TEXT_WAIT = 30000;
const PHOTO_WAIT = 180000;
const LEASE = 60000; // another tab that began to send is left alone for so long
const AGAIN = 60000;
const DATABASE_WAIT = 5000; // a WebKit may never answer
const OPENED = "outbox-opened";
const SAID = "outbox-said";

const prefix = () => `outbox:${document.body.dataset.user}:`;
const addressOf = (url) => new URL(url, location.href);

// ---- what is kept ----

function entries() {
  const found = [];
  for (let number = 0; number < localStorage.length; number += 1) {
    const name = localStorage.key(number);
    if (!name.startsWith(prefix())) continue;
    try {
      found.push(JSON.parse(localStorage.getItem(name)));
    } catch {
      // Not ours to mend.
    }
  }
  return found.sort((one, other) => one.at - other.at);
}

const entryOf = (key) => entries().find((entry) => entry.key === key);

function keep(entry) {
  try {
    localStorage.setItem(prefix() + entry.key, JSON.stringify(entry));
  } catch {
    return false; // Storage is full or forbidden: the form is sent as it would be without script.
  }
  show();
  return true;
}

function drop(key) {
  localStorage.removeItem(prefix() + key);
  clearPhotos(key).catch(() => {});
  show();
}

async function inPhotos(mode, act) {
  const database = await new Promise((resolve, reject) => {
    const asked = indexedDB.open("outbox", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("photos", { keyPath: ["key", "number"] });
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
    setTimeout(() => reject(new Error("no answer")), DATABASE_WAIT);
  });
  return new Promise((resolve, reject) => {
    const transaction = database.transaction("photos", mode);
    const asked = act(transaction.objectStore("photos"));
    transaction.oncomplete = () => resolve(asked && asked.result);
    transaction.onerror = transaction.onabort = () => reject(transaction.error);
  }).finally(() => database.close());
}

const rangeOf = (key) => IDBKeyRange.bound([key, 0], [key, Infinity]);
const photosOf = (key) => inPhotos("readonly", (store) => store.getAll(rangeOf(key)));
const clearPhotos = (key) => inPhotos("readwrite", (store) => store.delete(rangeOf(key)));

// As bytes: a private window of WebKit keeps no files.
async function keepPhotos(key, files, first) {
  const photos = await Promise.all(
    files.map(async (file, number) => ({
      key, number: first + number, name: file.name, type: file.type, bytes: await new Response(file).arrayBuffer(),
    })),
  );
  return inPhotos("readwrite", (store) => photos.forEach((photo) => store.put(photo)));
}

// ---- sending ----

const parsed = async (answer) => new DOMParser().parseFromString(await answer.text(), "text/html");
const tokenOf = (page) => page.querySelector("input[name=csrfmiddlewaretoken]");

async function post(url, fields, wait, isAgain = false) {
  const body = new FormData();
  for (const [name, value] of fields) body.append(name, value);
  const token = tokenOf(document);
  if (token) body.set("csrfmiddlewaretoken", token.value);
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), wait);
  const sent = fetch(url, { method: "POST", body, credentials: "same-origin", signal: stop.signal });
  const answer = await sent.finally(() => clearTimeout(timer));
  if (answer.status !== 403 || isAgain) return answer;
  // Signing in again made the token void of a page that was open or kept (offline.js) before; the refusal brings the new one.
  // Not where somebody else is signed in by now: the visit is not theirs.
  const page = await parsed(answer);
  if (page.body.dataset.user !== document.body.dataset.user) return answer;
  token.value = tokenOf(page).value;
  return post(url, fields, wait, true);
}

// Arrived is only what led to the record's own page; to sign in, or to change a password, is not arriving.
const isAt = (answer, place) => answer.ok && answer.redirected && new RegExp(place).test(addressOf(answer.url).pathname);

// The server's own words on its answer, which a page fetched here would swallow.
async function wordsOf(answer) {
  const page = await parsed(answer);
  return [...page.querySelectorAll(".messages .message")].map((said) => said.textContent).join("");
}

async function send(entry) {
  if (!keep({ ...entry, busy: Date.now() })) return null;
  try {
    if (!entry.arrived) {
      const answer = await post(entry.url, entry.fields, TEXT_WAIT);
      if (isAt(answer, entry.arrives)) {
        entry.arrived = addressOf(answer.url).pathname;
        entry.said = await wordsOf(answer).catch(() => "");
      } else if (answer.status === 422 || answer.status === 409) entry.state = "refused";
      else if (answer.status === 404) entry.state = "gone";
      else if (answer.redirected || answer.status === 403) entry.state = "signed-out";
    }
    if (entry.arrived) await sendPhotos(entry);
  } catch {
    // No connection: it stays, and is tried again.
  }
  if (entry.arrived && !entry.photos) {
    drop(entry.key);
    return entry;
  }
  keep({ ...entry, busy: 0 });
  return null;
}

async function sendPhotos(entry) {
  const photos = entry.photos ? await photosOf(entry.key) : [];
  if (photos.length < entry.photos) entry.said = "有照片被这台手机清掉了，没有送达，请在这条记录里重新补传。";
  for (const photo of photos) {
    const file = new File([photo.bytes], photo.name, { type: photo.type });
    const answer = await post(`${entry.arrived}photos/`, [["photos", file]], PHOTO_WAIT);
    if (!isAt(answer, entry.arrives) && answer.status !== 422) return;
    if (answer.status === 422) entry.said = "有照片没有被接受（不是图片或已损坏），请在这条记录里重新补传。";
    await inPhotos("readwrite", (store) => store.delete([photo.key, photo.number]));
    entry.photos -= 1;
    keep(entry);
  }
  entry.photos = 0;
}

const isWaiting = (entry) => ["ready", "signed-out"].includes(entry.state) && !(entry.busy && Date.now() - entry.busy < LEASE);

let isSending = false;
let isAskedAgain = false; // The line came back while a hopeless try was still under way.

async function sendAll() {
  isAskedAgain = isSending;
  if (isSending) return;
  isSending = true;
  for (const entry of entries().filter(isWaiting)) {
    const arrived = await send({ ...entry, state: "ready" });
    if (!arrived) continue;
    // “没有送达” is not said any longer beside “已送达”; all else that is said there stays.
    for (const bar of document.querySelectorAll("[data-undelivered]")) if (bar.dataset.undelivered === arrived.key) bar.remove();
    tell(`${arrived.title}：${arrived.said || "已送达。"}`, arrived.arrived);
  }
  isSending = false;
  if (isAskedAgain) sendAll();
}

// Opened by the browser itself: the server's own page shows what it objects to, or both versions side by side.
function open(entry) {
  sessionStorage.setItem(OPENED, entry.key);
  const form = document.createElement("form");
  form.method = "post";
  form.action = entry.url;
  const token = tokenOf(document);
  for (const [name, value] of [...entry.fields, ["csrfmiddlewaretoken", token ? token.value : ""]]) {
    const field = document.createElement("input");
    field.type = "hidden";
    field.name = name;
    field.value = value;
    form.append(field);
  }
  document.body.append(form);
  form.submit();
}

// ---- what is seen ----

const WORDS = {
  draft: "没有写完",
  ready: "等网络，有网后自动发送",
  refused: "没有被接受，请打开核对",
  gone: "对象已不在，请打开核对",
  "signed-out": "登录已过期，重新登录后自动发送",
};

function element(name, text, properties = {}) {
  const made = document.createElement(name);
  made.textContent = text;
  return Object.assign(made, properties);
}

function tell(text, href, level = "success") {
  const bar = element("p", text, { className: `message message-${level}` });
  if (href) bar.append(" ", element("a", "打开", { href }));
  document.querySelector(".messages").append(bar);
  return bar;
}

function button(label, act) {
  const made = element("button", label, { type: "button", className: "btn btn-secondary btn-sm" });
  made.addEventListener("click", act);
  return made;
}

function show() {
  for (const place of document.querySelectorAll("[data-outbox-list]")) {
    const kept = entries();
    place.hidden = kept.length === 0;
    const list = element("ul", "", { className: "list-plain" });
    for (const entry of kept) list.append(lineOf(entry));
    place.textContent = "";
    place.append(element("h2", "这台手机上还没有送达的督查"), list);
  }
}

// Another page of this browser may have sent it, or thrown it away.
function showSent() {
  show();
  for (const bar of document.querySelectorAll("[data-undelivered]")) {
    if (!entryOf(bar.dataset.undelivered)) Object.assign(bar, { textContent: "另一页已处理，见督查记录。", className: "message message-success" });
  }
}

function lineOf(entry) {
  const line = element("li", "");
  const words = entry.arrived ? `文字已送达，${entry.photos} 张照片等网络` : WORDS[entry.state];
  const at = new Date(entry.at).toLocaleString("zh-CN", { hour12: false });
  const actions = element("p", "", { className: "row-of" });
  if (entry.state === "draft") actions.append(button("接着写", () => location.assign(`${entry.url}#${entry.key}`)));
  else if (["refused", "gone"].includes(entry.state)) actions.append(button("打开核对", () => open(entry)));
  else actions.append(button("现在发送", () => { keep({ ...entry, busy: 0 }); sendAll(); }));
  actions.append(button("删除", () => {
    localStorage.removeItem(prefix() + entry.key);
    line.textContent = "";
    line.append(element("span", `${entry.title} 已删除。`), button("恢复", () => keep(entry)));
  }));
  line.append(element("strong", entry.title), element("p", `${at} · ${words}`, { className: "muted" }), actions);
  return line;
}

// ---- the form ----

const fieldsOf = (form) =>
  [...new FormData(form)].filter(([name, value]) => name !== "csrfmiddlewaretoken" && typeof value === "string");

function refill(form, entry) {
  const kept = new Map(entry.fields);
  for (const field of form.elements) {
    if (!field.name || ["file", "submit", "button"].includes(field.type) || field.name === "csrfmiddlewaretoken") continue;
    if (field.type === "checkbox") field.checked = kept.has(field.name);
    else if (field.type === "radio") field.checked = kept.get(field.name) === field.value;
    else if (kept.has(field.name)) field.value = kept.get(field.name);
  }
}

function offer(form, entry) {
  const at = new Date(entry.at).toLocaleString("zh-CN", { hour12: false });
  const bar = element("div", "", { className: "draft-offer" });
  bar.setAttribute("role", "status");
  const take = button("恢复填写的内容", () => { refill(form, entry); bar.remove(); });
  bar.append(element("span", `${at} 您在这里填过、没有提交的内容还在。`), take, button("不要了", () => { drop(entry.key); bar.remove(); }));
  form.prepend(bar);
}

// A page that was kept (offline.js) has none: each visit written on it is another one. UUID, version 4.
function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const text = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return text.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

function attach(form) {
  const url = location.pathname + location.search;
  form.elements.client_key.value = form.elements.client_key.value || newKey();
  const blank = JSON.stringify(fieldsOf(form));
  const key = () => form.elements.client_key.value;
  const entryNow = (state) => ({
    key: key(), url, state, title: form.dataset.outbox, arrives: form.dataset.arrives, at: Date.now(), photos: 0,
    fields: fieldsOf(form),
  });
  const kept = entries().filter((entry) => entry.state === "draft" && entry.url === url && entry.key !== key());
  const wanted = kept.find((entry) => `#${entry.key}` === location.hash);
  if (wanted) refill(form, wanted);
  else kept.forEach((entry) => offer(form, entry));

  let timer = 0;
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => JSON.stringify(fieldsOf(form)) !== blank && keep(entryNow("draft")), 400);
  });
  form.addEventListener("submit", async (event) => {
    clearTimeout(timer);
    const files = [...form.querySelectorAll("input[type=file]")].flatMap((field) => [...field.files]);
    const before = entryOf(key());
    const waiting = before ? before.photos : 0; // of a first try that was refused
    const entry = { ...entryNow("ready"), photos: waiting + files.length, busy: Date.now() };
    if (!keep(entry)) return; // Nothing can be kept here: the browser sends it itself.
    event.preventDefault();
    const pressed = form.querySelector("button[type=submit]");
    pressed.disabled = true;
    try {
      if (files.length) await keepPhotos(entry.key, files, waiting);
    } catch {
      // Photos cannot be kept here: the browser sends them itself, and the words stay until the record's page is reached.
      keep(entryNow("draft"));
      sessionStorage.setItem(OPENED, entry.key);
      pressed.disabled = false; // for who comes back to this page
      form.submit();
      return;
    }
    const arrived = await send({ ...entry, busy: 0 });
    if (arrived) {
      sessionStorage.setItem(SAID, arrived.said || "");
      location.replace(arrived.arrived);
      return;
    }
    const now = entryOf(entry.key);
    if (now && ["refused", "gone"].includes(now.state)) {
      open(now);
      return;
    }
    form.hidden = true;
    const bar = tell("没有送达（没有网络，或服务暂时不通），已存在这台手机上，有网后自动发送；请不要清除浏览器数据。", "", "warning");
    bar.dataset.undelivered = entry.key;
  });
}

export function watchOutbox() {
  if (!document.body.dataset.user) return;
  const isRefused = document.querySelector("[data-keep-draft], .has-error, .alert-danger") !== null;
  const opened = sessionStorage.getItem(OPENED);
  if (opened && !isRefused) {
    sessionStorage.removeItem(OPENED);
    const entry = entryOf(opened);
    if (entry && new RegExp(entry.arrives).test(location.pathname)) drop(opened);
  }
  const said = sessionStorage.getItem(SAID);
  sessionStorage.removeItem(SAID);
  if (said) tell(said);
  for (const form of document.querySelectorAll("form[data-outbox]")) attach(form);
  show();
  window.addEventListener("online", sendAll);
  // Back from another app, or to a page that was left: neither the line nor the other pages were watched meanwhile.
  const wake = () => { showSent(); sendAll(); };
  window.addEventListener("storage", showSent);
  window.addEventListener("pageshow", (event) => event.persisted && wake());
  document.addEventListener("visibilitychange", () => document.hidden || wake());
  setInterval(sendAll, AGAIN);
  sendAll();
}
