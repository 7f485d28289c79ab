// Draws a face for everybody, always the same one for the same name.

import { svg } from "./dom.js";

const BACKGROUNDS = ["#f6c89f", "#a9d6c9", "#f2b5b5", "#b9c9ef", "#e7d38a", "#cdbbe8", "#9fd0e6", "#c9dba0"];
const SHIRTS = ["#0f6b5c", "#b4532a", "#3d5a98", "#7a3f75", "#8a6d1d", "#2f6f8f", "#a13d52", "#4d6b2f"];
const SKINS = ["#f3d3bd", "#e2b08c", "#c68c63", "#96633f", "#6d452c"];
const HAIRS = ["#2b211d", "#4a3226", "#7b5233", "#b98a4a", "#8d8d8d", "#3a2f4a"];
const STYLES = [
  "M11 16.5c-1-7 4-10 9-10s10 3 9 10c-1.5-2-2-4-2.5-5.2-3.5 1.2-9 1.2-13-.4-.8 1.6-1.7 3.6-2.5 5.6z",
  "M10.5 25c-2-14 3-19 9.5-19s11.5 5 9.5 19h-3.2c.6-5 .4-8.6-.3-12-4 1-8.6.6-12-.6-.8 4-.9 8-.3 12.6z",
  "M11.2 16c-1-6.5 3.8-9.5 8.8-9.5s9.8 3 8.8 9.5c-1-2.6-2-3.6-3-4.6-3.6-1-8-1-11.6 0-1 1-2 2-3 4.6zM20 1.6a4 4 0 1 1 0 8 4 4 0 0 1 0-8z",
  "M10.6 17a4 4 0 0 1 .6-5.4A4.4 4.4 0 0 1 15 7.2a5.4 5.4 0 0 1 10 0 4.4 4.4 0 0 1 3.8 4.4 4 4 0 0 1 .6 5.4c-1-1-2-3-2.5-4.6-4.2.8-9.6.8-13.8 0-.5 1.6-1.5 3.6-2.5 4.6z",
  "M11.4 14.5c.6-5.5 4.6-7.7 8.6-7.7s8 2.2 8.6 7.7c-2-3-5-4-8.6-4s-6.6 1-8.6 4z",
];

/** A number that depends on the text alone (FNV-1a), to choose colours with. */
export function numberOf(text) {
  let hash = 2166136261;
  for (const letter of text) {
    hash ^= letter.codePointAt(0);
    hash = Math.imul(hash, 16777619);
  }
  return hash >>> 0;
}

/** An avatar of `user` ({id, name, role}); decorative, the name stands beside it. */
export function avatar(user, size = 36) {
  const props = { viewBox: "0 0 40 40", width: size, height: size, class: "avatar", "aria-hidden": "true" };
  return svg("svg", props, user?.role === "bot" ? compass() : face(user?.name ?? user?.id ?? "?"));
}

function compass() {
  return [
    svg("rect", { width: 40, height: 40, fill: "#0f6b5c" }),
    svg("circle", { cx: 20, cy: 20, r: 11, fill: "none", stroke: "#ffffff", "stroke-width": 2.6 }),
    svg("path", { d: "M20 12.5l3 7.5-3 7.5-3-7.5z", fill: "#ffb86b" }),
    svg("circle", { cx: 20, cy: 20, r: 1.8, fill: "#0f6b5c" }),
  ];
}

function face(name) {
  const seed = numberOf(name);
  const pick = (list, shift) => list[Math.floor(seed / shift) % list.length];
  const hair = pick(HAIRS, 7);
  const ink = "#2b211d";
  return [
    svg("rect", { width: 40, height: 40, fill: pick(BACKGROUNDS, 1) }),
    svg("path", { d: "M5 41c0-9 6-13 15-13s15 4 15 13z", fill: pick(SHIRTS, 3) }),
    svg("rect", { x: 16.5, y: 23, width: 7, height: 8, rx: 3.5, fill: pick(SKINS, 11), opacity: 0.85 }),
    svg("circle", { cx: 20, cy: 17.5, r: 9, fill: pick(SKINS, 11) }),
    svg("path", { d: pick(STYLES, 17), fill: hair }),
    svg("circle", { cx: 16.6, cy: 18, r: 1.1, fill: ink }),
    svg("circle", { cx: 23.4, cy: 18, r: 1.1, fill: ink }),
    svg("path", {
      d: "M16.8 21.8c1.8 1.9 4.6 1.9 6.4 0", fill: "none", stroke: ink, "stroke-width": 1.2, "stroke-linecap": "round",
    }),
    Math.floor(seed / 23) % 4 === 0 && glasses(ink),
  ];
}

function glasses(ink) {
  return svg("path", {
    d: "M13.7 18a2.9 2.9 0 1 0 5.8 0 2.9 2.9 0 1 0-5.8 0M20.5 18a2.9 2.9 0 1 0 5.8 0 2.9 2.9 0 1 0-5.8 0M19.5 17.6h1",
    fill: "none", stroke: ink, "stroke-width": 0.9,
  });
}
