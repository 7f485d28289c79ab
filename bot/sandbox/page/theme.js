// Light or dark: the system's choice until somebody makes another.

import { tell } from "./store.js";

const dark = matchMedia("(prefers-color-scheme: dark)");
const isDark = () => (document.documentElement.dataset.theme ?? (dark.matches ? "dark" : "light")) === "dark";

/** Takes up what was chosen before. */
export function startTheme() {
  const kept = localStorage.getItem("theme");
  if (kept) document.documentElement.dataset.theme = kept;
  dark.addEventListener("change", () => tell("panels"));
}

/** Turns to the other one and remembers it. */
export function chooseTheme() {
  const next = isDark() ? "light" : "dark";
  document.documentElement.dataset.theme = next;
  localStorage.setItem("theme", next);
  tell("panels");
}

/** The icon of where the toggle leads. */
export const themeIcon = () => (isDark() ? "sun" : "moon");
