// Which colours? Two themes with the same names; texts have at least 4.5:1 on their surface, lines 3:1.
// Ramps have five steps that stay apart for the colour-blind: lightness runs one way. Step 0 is "none".

/** @type {Theme} */
const LIGHT = {
  name: "light",
  surface: "#ffffff",
  ink: "#16202b",
  soft: "#53606d",
  grid: "#e4e8ed",
  axis: "#8c97a3",
  land: "#e9edf2",
  link: "#9fabb8",
  empty: "#b9c2cc",
  plans: ["#0f766e", "#c2410c"],
  ramps: {
    adoption: ["#ccd3da", "#b4dcd6", "#74bdb3", "#2f988c", "#0f766e", "#07453f"],
    fidelity: ["#ccd3da", "#c3d3ee", "#8fafdf", "#5885c6", "#2f5fa5", "#173a72"],
    strain: ["#ccd3da", "#f7e0b5", "#f0b878", "#dc8040", "#b9531a", "#7a2f07"],
  },
  // delivering, low fidelity | not reached, unaware, untrained | overloaded, not convinced, lapsed, left
  barriers: ["#0f766e", "#86c9c0", "#dde2e8", "#c3cbd4", "#a4afbb", "#b4451f", "#e08d3c", "#f2cf8d", "#8b6fb0"],
  payers: ["#5f4491", "#b79bd6", "#e3b34c", "#3f7fbf", "#5c6b7a"],
  public: "#0f766e",
  unmet: "#b4451f",
  halo: "rgba(255,255,255,0.85)",
};
/** @type {Theme} */
const DARK = {
  name: "dark",
  surface: "#18222c",
  ink: "#e9eef3",
  soft: "#a9b5c1",
  grid: "#2c3843",
  axis: "#71808e",
  land: "#222e39",
  link: "#51606e",
  empty: "#4a5865",
  plans: ["#2dd4bf", "#fb923c"],
  ramps: {
    adoption: ["#42505d", "#1f504e", "#1f746e", "#229a8f", "#3cc4b6", "#93eadf"],
    fidelity: ["#42505d", "#2d4470", "#3d61a0", "#5b86cc", "#8fb2ea", "#d3e2fb"],
    strain: ["#42505d", "#6a3b16", "#9a5520", "#cb7a35", "#eeaa66", "#fbe0bb"],
  },
  barriers: ["#1fae9f", "#1b665f", "#33404c", "#465461", "#5d6c7a", "#e0673d", "#eda45a", "#f5d9a3", "#a98bd1"],
  payers: ["#b79bd6", "#6b4f93", "#e3b34c", "#4a86c5", "#8695a4"],
  public: "#1fae9f",
  unmet: "#f08a66",
  halo: "rgba(24,34,44,0.85)",
};

// The page's theme where it has one, otherwise that of the machine.
/** @param {Element} el */
function themeAt(el) {
  const app = el.closest(".theme--dark, .theme--light");
  const dark = app ? app.classList.contains("theme--dark") : matchMedia("(prefers-color-scheme: dark)").matches;
  return dark ? DARK : LIGHT;
}

// Calls `changed` whenever the theme may be another; returns what ends that.
/** @param {Element} el @param {() => void} changed */
function watchTheme(el, changed) {
  const wish = matchMedia("(prefers-color-scheme: dark)");
  const observer = new MutationObserver(changed);
  for (let at = el.parentElement; at; at = at.parentElement) {
    if (at.matches(".v-application, .theme--dark, .theme--light, body")) {
      observer.observe(at, { attributes: true, attributeFilter: ["class"] });
    }
  }
  wish.addEventListener("change", changed);
  return () => {
    observer.disconnect();
    wish.removeEventListener("change", changed);
  };
}
