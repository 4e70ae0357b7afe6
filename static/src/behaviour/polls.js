// An element with data-poll="/address/" is replaced by what that address answers, again and again while the answer still
// carries data-poll. An answer with data-poll-done="/address/" leads there.
const PAUSE = 1500;

export function watchPolls(root) {
  for (const element of root.querySelectorAll("[data-poll]")) setTimeout(() => poll(element, PAUSE), PAUSE);
}

async function poll(element, pause) {
  const url = new URL(element.dataset.poll, location.href);
  if (url.origin !== location.origin || !element.isConnected) return;
  try {
    const answer = await fetch(url, { headers: { "X-Requested-With": "fetch" }, credentials: "same-origin" });
    if (answer.redirected || !answer.ok) return location.reload();
    const fragment = new DOMParser().parseFromString(await answer.text(), "text/html").body.firstElementChild;
    if (!fragment) return;
    element.replaceWith(fragment);
    if (fragment.dataset.pollDone) location.assign(new URL(fragment.dataset.pollDone, location.href));
    else if (fragment.dataset.poll) setTimeout(() => poll(fragment, PAUSE), PAUSE);
  } catch {
    // The line dropped for a moment: try again, ever more slowly.
    setTimeout(() => poll(element, Math.min(pause * 2, 30000)), pause);
  }
}
