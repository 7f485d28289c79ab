// The page's own small icons, drawn as strokes on a 20 by 20 grid.

import { svg } from "./dom.js";

const PATHS = {
  archive: "M3 5h14v3H3zM4.5 8v8h11V8M8 11h4",
  arrow: "M4 10h11M11 5.5L15.5 10 11 14.5",
  back: "M16 10H5M9.5 5.5L5 10l4.5 4.5",
  bolt: "M11 2.5L4.5 11.5H9l-1 6 7-9.5h-4.8z",
  bug: "M10 6a4 4 0 0 1 4 4v2a4 4 0 0 1-8 0v-2a4 4 0 0 1 4-4zM10 6v10M3 9h3M14 9h3M3.5 15l2.7-1.6M16.5 15l-2.7-1.6M7.5 6.5L6 4M12.5 6.5L14 4",
  check: "M4 10.5l4 4L16 6",
  clip: "M14.5 8.5l-5.7 5.7a2.4 2.4 0 0 1-3.4-3.4l6.4-6.4a3.4 3.4 0 0 1 4.8 4.8L10 15.8",
  clock: "M10 3a7 7 0 1 1 0 14 7 7 0 0 1 0-14zM10 6v4.2l2.8 1.6",
  close: "M5 5l10 10M15 5L5 15",
  dots: "M10 4.5v.01M10 10v.01M10 15.5v.01",
  down: "M5.5 8l4.5 4.5L14.5 8",
  file: "M5 2.5h6.5L15 6v11.5H5zM11.5 2.5V6H15",
  flag: "M5 17.5V3.5M5 4h9.5l-2 3.5 2 3.5H5",
  forward: "M4 5l5 5-5 5zM11 5l5 5-5 5z",
  hash: "M8 3L6.5 17M13.5 3L12 17M3.5 7.5h13.5M3 12.5h13.5",
  home: "M3.5 9.5L10 3.5l6.5 6M5.5 8.5v8h9v-8M8.5 16.5v-4.5h3v4.5",
  lock: "M5.5 9h9v7.5h-9zM7.5 9V6.5a2.5 2.5 0 0 1 5 0V9",
  map: "M3 5l4.7-1.8 4.6 1.8L17 3.2v11.8l-4.7 1.8-4.6-1.8L3 16.8zM7.7 3.2V15M12.3 5v11.8",
  menu: "M3.5 5.5h13M3.5 10h13M3.5 14.5h13",
  moon: "M16 11.5A6.5 6.5 0 0 1 8.5 4 6.5 6.5 0 1 0 16 11.5z",
  pencil: "M4 16l.8-3.6L13 4.2l2.8 2.8-8.2 8.2z",
  people: "M7.5 9.5a2.7 2.7 0 1 0 0-5.4 2.7 2.7 0 0 0 0 5.4zM2.5 16c0-3 2-4.6 5-4.6s5 1.6 5 4.6M13 9.3a2.3 2.3 0 1 0-.6-4.5M14.2 11.6c2 .4 3.3 1.9 3.3 4.4",
  plus: "M10 4v12M4 10h12",
  reply: "M8.5 5L4 9.5 8.5 14M4.5 9.5H11c3 0 5 1.8 5 5.5",
  send: "M3 10L17 4l-4 13-3.5-5.5zM9.5 11.5L17 4",
  smile: "M10 3a7 7 0 1 1 0 14 7 7 0 0 1 0-14zM7.5 8.2v.6M12.5 8.2v.6M6.8 11.5c1.6 2.6 4.8 2.6 6.4 0",
  smileplus: "M14.8 8.2A6 6 0 1 1 10 5M7.6 9.2v.5M11.6 9.2v.5M7 12c1.3 2 4 2 5.3 0M15 2.5v5M12.5 5h5",
  sun: "M10 6.5a3.5 3.5 0 1 1 0 7 3.5 3.5 0 0 1 0-7zM10 2v2M10 16v2M2 10h2M16 10h2M4.3 4.3l1.4 1.4M14.3 14.3l1.4 1.4M15.7 4.3l-1.4 1.4M5.7 14.3l-1.4 1.4",
  swap: "M4 7h11M12 4l3 3-3 3M16 13H5M8 10l-3 3 3 3",
  thread: "M4 4.5h12v8.5H9.5L6 16v-3H4z",
  trash: "M4.5 6h11M8 6V4h4v2M6 6l.7 10.5h6.6L14 6",
  warn: "M10 3.5L17.5 16.5h-15zM10 8.5v3.5M10 14.2v.1",
  window: "M3.5 4.5h13v11h-13zM3.5 7.5h13",
};

/** A decorative icon; the control around it carries the name. */
export function icon(name, props = {}) {
  return svg(
    "svg",
    { viewBox: "0 0 20 20", class: name === "dots" ? "icon bold" : "icon", "aria-hidden": "true", ...props },
    svg("path", { d: PATHS[name] }),
  );
}
