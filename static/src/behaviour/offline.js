// Where the browser allows it (HTTPS, or this very computer), a phone keeps the forms of a visit that "记督查" offers and those
// that were opened there, so that they open where there is no network, and can be looked for by name. The worker answers below
// /inspections/new/ only, so no other page can ever be an old one. A kept page says since when it is kept; what is written on
// it goes the way of every visit (outbox.js).
const FORM = "/inspections/new/";
const CACHE = "inspections";
const KEPT = "offline-kept"; // {user, at}: whose forms these are, and since when all are kept (0: not all yet)
const HOUR = 60 * 60 * 1000;
const OLD = 4 * HOUR; // then a form is fetched anew
const GONE = 7 * 24 * HOUR; // one that is offered no more and was not opened since
const AT = "x-kept-at";
const NAME = "x-kept-name";
const PINYIN = "x-kept-pinyin";
const OVER = ["out", "closed"]; // why a session is over, when nothing of it is to stay on this phone

const parsed = (text) => new DOMParser().parseFromString(text, "text/html");
const isYounger = (answer, age) => Boolean(answer) && Date.now() - Number(answer.headers.get(AT)) < age;

async function forget() {
  localStorage.removeItem(KEPT);
  await caches.delete(CACHE);
}

// A key of its own for each visit that is written on it, not for the page.
function lasting(page, headers) {
  page.body.dataset.kept = Date.now();
  for (const field of page.querySelectorAll("input[name=client_key]")) field.setAttribute("value", "");
  for (const said of page.querySelectorAll(".messages .message")) said.remove();
  for (const name of ["content-encoding", "content-length"]) headers.delete(name);
  const form = page.querySelector("form[data-outbox]");
  headers.set(AT, Date.now());
  if (form) headers.set(NAME, encodeURIComponent(form.dataset.outbox));
  if (form) headers.set(PINYIN, encodeURIComponent(form.dataset.pinyin));
  return new Response(`<!doctype html>${page.documentElement.outerHTML}`, { headers });
}

// The addresses of what the page cannot be shown without.
const needs = (page) =>
  [...page.querySelectorAll("link[rel=stylesheet], link[rel=icon], script[src]")].map(
    (part) => new URL(part.getAttribute("href") || part.getAttribute("src"), location.origin).href,
  );

// The page, which is fetched unless a young one is kept, and kept as soon as it and what it needs are there: a line that breaks
// takes nothing, and the next page that is opened goes on where it broke. Null for one that is there no more, nor kept any longer.
async function keep(store, url) {
  const kept = await store.match(url, { ignoreVary: true });
  if (isYounger(kept, OLD)) return parsed(await kept.text());
  const answer = await fetch(url, { credentials: "same-origin" });
  if (answer.status === 404) await store.delete(url, { ignoreVary: true });
  if (answer.status === 404) return null;
  if (!answer.ok || answer.redirected) throw new Error(`${url}: ${answer.status}`);
  const page = parsed(await answer.text());
  for (const address of needs(page)) {
    if (!(await store.match(address, { ignoreVary: true }))) await store.add(address); // Its name changes with its content.
  }
  await store.put(url, lasting(page, new Headers(answer.headers)));
  return page;
}

async function keepForms(user) {
  await navigator.serviceWorker.register(`${FORM}worker.js`);
  const store = await caches.open(CACHE);
  const list = await keep(store, FORM);
  for (const link of list.querySelectorAll("a[href^='?project=']")) {
    await keep(store, FORM + link.getAttribute("href")); // One after the other: the line may be thin.
  }
  await tidy(store);
  localStorage.setItem(KEPT, JSON.stringify({ user, at: Date.now() }));
}

// Away with the forms that are offered no more and are old, or whose project is there no more, and with what no kept page needs
// (what a new version of the system left behind).
async function tidy(store) {
  const assets = [];
  const needed = new Set();
  for (const request of await store.keys()) {
    const answer = await store.match(request, { ignoreVary: true });
    if (!answer.headers.has(AT)) assets.push(request);
    else if (!isYounger(answer, GONE) || (!isYounger(answer, OLD) && (await isGone(request.url)))) await store.delete(request);
    else for (const address of needs(parsed(await answer.text()))) needed.add(address);
  }
  for (const request of assets) {
    if (!needed.has(request.url)) await store.delete(request);
  }
}

const isGone = async (url) => (await fetch(url, { method: "HEAD", credentials: "same-origin" })).status === 404;

// ---- a kept page, shown where there is no network ----

const dayOf = (moment) => Math.floor((moment - new Date(moment).getTimezoneOffset() * 60000) / 86400000);

function tell(text) {
  const bar = document.createElement("p");
  bar.className = "message message-warning";
  bar.textContent = text;
  document.querySelector(".messages").append(bar);
}

function showForm(at) {
  const moment = new Date(at).toLocaleString("zh-CN", { hour12: false });
  tell(`没有网络，这是 ${moment} 存在手机上的页面。照常填写、提交，有网后自动发送。`);
  const on = document.querySelector("input[name=inspected_on]");
  const days = dayOf(Date.now()) - dayOf(at);
  if (!days) return;
  on.value = new Date(Date.parse(on.value) + days * 86400000).toISOString().slice(0, 10);
  document.querySelector("input[name=finding_due_on]").value = ""; // The server reckons it from the day of the visit.
}

// The forms that are kept, whatever the list offered: of those the ones whose name or initials hold what is looked for.
async function showList() {
  const asked = new URLSearchParams(location.search);
  const sought = (asked.get("q") || "").trim();
  const found = [];
  const store = await caches.open(CACHE);
  for (const request of await store.keys()) {
    const { headers } = await store.match(request, { ignoreVary: true });
    const [name, pinyin] = [NAME, PINYIN].map((key) => decodeURIComponent(headers.get(key) || ""));
    if (name && `${name} ${pinyin}`.toLowerCase().includes(sought.toLowerCase())) found.push({ name, pinyin, url: request.url });
  }
  found.sort((one, other) => (one.pinyin < other.pinyin ? -1 : 1));
  tell(asked.has("project") ? "没有网络，这个项目没有存在手机上；下面是存下的项目。" : "没有网络，下面是存在手机上的项目，照常记。");
  document.querySelector("input[name=q]").value = sought;
  const title = document.querySelector(".list-title, .empty-title");
  const list = document.createElement("ul");
  list.className = "list-plain tap-list";
  for (const { name, url } of found) {
    const link = Object.assign(document.createElement("a"), { href: url });
    link.append(Object.assign(document.createElement("strong"), { textContent: name }));
    list.append(document.createElement("li"));
    list.lastChild.append(link);
  }
  for (const old of document.querySelectorAll(".tap-list")) old.remove();
  title.textContent = found.length ? "存在手机上的项目" : "手机上没有存这个项目，有网时打开过一次就会存下";
  title.after(list);
}

export async function watchOffline() {
  const kept = Number(document.body.dataset.kept);
  if (kept) await (document.querySelector("form[data-outbox]") ? showForm(kept) : showList());
  if (kept || !navigator.serviceWorker || !window.caches) return;
  const user = document.body.dataset.user;
  try {
    const last = JSON.parse(localStorage.getItem(KEPT)) || {};
    if (user ? last.user && last.user !== user : OVER.includes(new URLSearchParams(location.search).get("reason"))) await forget();
    const offersForm = [...document.links].some((link) => link.pathname === FORM);
    if (!user || !offersForm || !matchMedia("(pointer: coarse)").matches) return;
    if (last.user !== user) localStorage.setItem(KEPT, JSON.stringify({ user, at: 0 })); // Before anything is kept.
    const isForm = location.pathname === FORM && /^\?project=\d+$/.test(location.search);
    if (isForm) await keep(await caches.open(CACHE), FORM + location.search);
    const isAll = last.user === user && Date.now() - last.at < OLD && (await caches.has(CACHE));
    if (!isAll) await keepForms(user);
  } catch {
    // Forbidden, full, or the line broke: what was kept before stays, and the next page goes on.
  }
}
