// Where the browser allows it (HTTPS, or this very computer), a phone keeps the forms of a visit that "记督查" offers, so that
// they open where there is no network. The worker answers below /inspections/new/ only, so no other page can ever be an old one.
// A kept page says since when it is kept; what is written on it goes the way of every visit (outbox.js).
const FORM = "/inspections/new/";
const CACHE = "inspections";
const KEPT = "offline-kept"; // {user, at}
const AGAIN = 30 * 60 * 1000;
const GONE = ["out", "closed"]; // why a session is over, when nothing of it is to stay on this phone

async function forget() {
  localStorage.removeItem(KEPT);
  await caches.delete(CACHE);
}

async function pageOf(url) {
  const answer = await fetch(url, { credentials: "same-origin" });
  if (!answer.ok || answer.redirected) throw new Error(`${url}: ${answer.status}`);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const headers = new Headers(answer.headers);
  headers.delete("content-encoding");
  headers.delete("content-length");
  return { url, page, headers };
}

// A key of its own for each visit that is written on it, not for the page.
function lasting({ page, headers }) {
  page.body.dataset.kept = Date.now();
  for (const field of page.querySelectorAll("input[name=client_key]")) field.setAttribute("value", "");
  for (const said of page.querySelectorAll(".messages .message")) said.remove();
  return new Response(`<!doctype html>${page.documentElement.outerHTML}`, { headers });
}

async function partOf(url) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return [url, answer];
}

// All is fetched before anything is put over what was kept, and what was kept goes last: a line that breaks takes nothing.
async function keepForms(user) {
  await navigator.serviceWorker.register(`${FORM}worker.js`);
  const pages = [await pageOf(FORM)];
  for (const link of pages[0].page.querySelectorAll("a[href^='?project=']")) {
    pages.push(await pageOf(FORM + link.getAttribute("href"))); // One after the other: the line may be thin.
  }
  const parts = [...document.querySelectorAll("link[rel=stylesheet], link[rel=icon], script[src]")];
  const kept = await Promise.all(parts.map((part) => partOf(part.href || part.src)));
  kept.push(...pages.map((page) => [page.url, lasting(page)]));
  const store = await caches.open(CACHE);
  for (const [url, answer] of kept) await store.put(url, answer);
  const urls = new Set(kept.map(([url]) => new URL(url, location.href).href));
  for (const old of await store.keys()) if (!urls.has(old.url)) await store.delete(old);
  localStorage.setItem(KEPT, JSON.stringify({ user, at: Date.now() }));
}

const dayOf = (moment) => Math.floor((moment - new Date(moment).getTimezoneOffset() * 60000) / 86400000);

function showKept(at) {
  const bar = document.createElement("p");
  bar.className = "message message-warning";
  const moment = new Date(at).toLocaleString("zh-CN", { hour12: false });
  bar.textContent = `没有网络，这是 ${moment} 存在手机上的页面。照常填写、提交，有网后自动发送。`;
  document.querySelector(".messages").append(bar);
  const on = document.querySelector("input[name=inspected_on]");
  const days = dayOf(Date.now()) - dayOf(at);
  if (!on || !days) return;
  on.value = new Date(Date.parse(on.value) + days * 86400000).toISOString().slice(0, 10);
  document.querySelector("input[name=finding_due_on]").value = ""; // The server reckons it from the day of the visit.
}

export async function watchOffline() {
  const kept = Number(document.body.dataset.kept);
  if (kept) showKept(kept);
  if (kept || !navigator.serviceWorker || !window.caches) return;
  const user = document.body.dataset.user;
  try {
    const last = JSON.parse(localStorage.getItem(KEPT)) || {};
    if (user ? last.user && last.user !== user : GONE.includes(new URLSearchParams(location.search).get("reason"))) await forget();
    const isFresh = last.user === user && Date.now() - last.at < AGAIN;
    const offersForm = [...document.links].some((link) => link.pathname === FORM);
    if (user && offersForm && !isFresh && matchMedia("(pointer: coarse)").matches) await keepForms(user);
  } catch {
    // Forbidden, full, or the line broke: what was kept before stays, and it is tried at the next page.
  }
}
