// Opens the kept forms of a visit (static/src/behaviour/offline.js) where there is no network, or too little of it. It lies
// here because its place is its reach: pages below /inspections/new/ and what they load.
const LIST = "/inspections/new/";
const WAIT = 8000;

async function answer(request) {
  const kept = await caches.match(request, { ignoreVary: true });
  const fresh = fetch(request);
  if (!kept) return request.mode === "navigate" ? fresh.catch(keptList) : fresh;
  const late = new Promise((_, refuse) => setTimeout(refuse, WAIT));
  return Promise.race([fresh, late]).catch(() => kept);
}

// Instead of a page that is not kept, and of what was looked for: the list, which says so and looks itself.
const keptList = async () => (await caches.match(LIST, { ignoreVary: true })) || Response.error();

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  if (event.request.method === "GET") event.respondWith(answer(event.request));
});
