// Opens the kept forms of a visit (static/src/behaviour/offline.js) where there is no network, or too little of it. It lies
// here because its place is its reach: pages below /inspections/new/ and what they load.
const WAIT = 8000;

async function answer(request) {
  const kept = await caches.match(request, { ignoreVary: true });
  const fresh = fetch(request);
  if (!kept) return fresh;
  const late = new Promise((_, refuse) => setTimeout(refuse, WAIT));
  return Promise.race([fresh, late]).catch(() => kept);
}

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  if (event.request.method === "GET") event.respondWith(answer(event.request));
});
