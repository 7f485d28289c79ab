// Says instants the way the viewer reads them: in the viewer's own zone, by the workspace's clock.

const formats = new Map();

function format(zone, options) {
  const key = `${zone}|${JSON.stringify(options)}`;
  let found = formats.get(key);
  if (!found) {
    found = new Intl.DateTimeFormat("en-GB", { timeZone: zone || undefined, ...options });
    formats.set(key, found);
  }
  return found;
}

const say = (seconds, zone, options) => format(zone, options).format(new Date(seconds * 1000));

/** "16:30" of an instant in epoch seconds. */
export const clockTime = (seconds, zone) => say(seconds, zone, { hour: "2-digit", minute: "2-digit" });

/** "2026-11-20", to compare days with. */
export function dayKey(seconds, zone) {
  const parts = format(zone, { year: "numeric", month: "2-digit", day: "2-digit" }).formatToParts(seconds * 1000);
  const part = (type) => parts.find((one) => one.type === type).value;
  return `${part("year")}-${part("month")}-${part("day")}`;
}

/** "Today", "Yesterday" or "Friday, 20 November". */
export function dayName(seconds, zone, now) {
  const key = dayKey(seconds, zone);
  if (key === dayKey(now, zone)) return "Today";
  if (key === dayKey(now - 86400, zone)) return "Yesterday";
  const year = key.slice(0, 4) === dayKey(now, zone).slice(0, 4) ? {} : { year: "numeric" };
  return say(seconds, zone, { weekday: "long", day: "numeric", month: "long", ...year });
}

/** "Fri 20 Nov, 16:30". */
export const shortMoment = (seconds, zone) =>
  say(seconds, zone, { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });

/** "Friday, 20 November 2026 at 16:30:05", for a tooltip. */
export const longMoment = (seconds, zone) =>
  `${say(seconds, zone, { weekday: "long", day: "numeric", month: "long", year: "numeric" })} at ${say(
    seconds, zone, { hour: "2-digit", minute: "2-digit", second: "2-digit" })}`;

/** "in 3 hours", "2 days ago": the distance from `now`, roughly. */
export function distance(seconds, now) {
  const gap = seconds - now;
  const [unit, size] = [["day", 86400], ["hour", 3600], ["minute", 60]].find(([, span]) => Math.abs(gap) >= span) ?? ["second", 1];
  return new Intl.RelativeTimeFormat("en", { numeric: "auto" }).format(Math.round(gap / size), unit);
}

/** "2 hours", "1 day": a length of time, roughly. */
export function span(seconds) {
  const [unit, size] = [["day", 86400], ["hour", 3600], ["minute", 60]].find(([, one]) => seconds >= one * 0.999) ?? ["second", 1];
  const count = Math.round(seconds / size);
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}

const TOKENS = {
  date_num: (at, zone) => dayKey(at, zone),
  date: (at, zone) => say(at, zone, { day: "numeric", month: "long", year: "numeric" }),
  date_slash: (at, zone) => say(at, zone, { day: "2-digit", month: "2-digit", year: "numeric" }),
  date_short: (at, zone) => say(at, zone, { day: "numeric", month: "short", year: "numeric" }),
  date_long: (at, zone) => say(at, zone, { weekday: "long", day: "numeric", month: "long", year: "numeric" }),
  day_divider_pretty: (at, zone, now) => dayName(at, zone, now),
  date_pretty: (at, zone, now) => pretty(at, zone, now, TOKENS.date),
  date_short_pretty: (at, zone, now) => pretty(at, zone, now, TOKENS.date_short),
  date_long_pretty: (at, zone, now) => pretty(at, zone, now, TOKENS.date_long),
  time: (at, zone) => clockTime(at, zone),
  time_secs: (at, zone) => say(at, zone, { hour: "2-digit", minute: "2-digit", second: "2-digit" }),
  ago: (at, zone, now) => distance(at, now),
};

function pretty(at, zone, now, otherwise) {
  const key = dayKey(at, zone);
  if (key === dayKey(now, zone)) return "today";
  if (key === dayKey(now - 86400, zone)) return "yesterday";
  if (key === dayKey(now + 86400, zone)) return "tomorrow";
  return otherwise(at, zone, now);
}

/** Fills the {tokens} of Slack's `<!date^…>` in the reader's zone; null when a token is unknown. */
export function fillDate(at, pattern, zone, now) {
  let unknown = false;
  const text = pattern.replace(/\{(\w+)\}/g, (whole, token) => {
    if (TOKENS[token]) return TOKENS[token](at, zone, now);
    unknown = true;
    return whole;
  });
  return unknown ? null : text;
}
