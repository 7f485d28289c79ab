// Speaks the local workspace's own API below /_/ as the person who is looking.

import { place } from "./store.js";

/** The workspace said no; `message` is in plain words, `code` is for programs. */
export class Refused extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

async function answerOf(response) {
  const body = await response.json().catch(() => ({}));
  if (response.ok && (body.ok !== false || body.ack !== undefined)) return body;
  throw new Refused(body.error ?? `http_${response.status}`, body.message ?? body.error ?? `The workspace answered ${response.status}.`);
}

async function reach(path, options) {
  try {
    return await answerOf(await fetch(path, options));
  } catch (problem) {
    if (problem instanceof Refused) throw problem;
    throw new Refused("unreachable", "The local workspace does not answer. Is it still running?");
  }
}

/** GET /_/path as the person who is looking. */
export function read(path, params = {}) {
  const query = new URLSearchParams();
  const all = { user: place.user, team: place.team, ...params };
  for (const [key, value] of Object.entries(all)) if (value) query.set(key, value);
  return reach(`/_/${path}?${query}`);
}

/** POST /_/path as the person who is looking; `body.user` may name somebody else. */
export function act(path, body = {}) {
  const whole = { user: place.user, ...(place.team ? { team: place.team } : {}), ...body };
  return reach(`/_/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(whole),
  });
}

let source = null;

/** Listens to what happens: `heard(event)` for each, `opened(again)` whenever the connection stands, `lost(forGood)` when it goes. */
export function listen(heard, { lost, opened }) {
  source?.close();
  const query = new URLSearchParams({ user: place.user, ...(place.team ? { team: place.team } : {}) });
  const mine = (source = new EventSource(`/_/events?${query}`));
  let away = false;
  mine.addEventListener("message", (event) => heard(JSON.parse(event.data)));
  mine.addEventListener("open", () => {
    opened(away);
    away = false;
  });
  mine.addEventListener("error", () => {
    const forGood = mine.readyState === EventSource.CLOSED;
    if (mine === source && (!away || forGood)) lost(forGood);
    away = true;
  });
  return () => mine.close();
}
