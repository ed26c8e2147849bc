// The page: a terminal that fills the window, connected to a screen of its own on the server. It
// knows nothing of what it shows; tokens and passwords stay on the server's side of the connection.

import { FitAddon } from "@xterm/addon-fit";
import { Unicode11Addon } from "@xterm/addon-unicode11";
import { Terminal } from "@xterm/xterm";
import { createConnection } from "./connection.js";
import { takeInputMethod } from "./input-method.js";
import { showKeys } from "./keys.js";
import { language, texts } from "./texts.js";

const fontFamily = '"JetBrains Mono", "Nanum Gothic Coding", ui-monospace, monospace';

/** The same calm colours as the page around it; the rest is xterm's palette of 256. */
const themes = {
  dark: {
    background: "#15181d",
    foreground: "#d6d9de",
    cursor: "#5fafd7",
    cursorAccent: "#15181d",
    selectionBackground: "#34506488",
  },
  light: {
    background: "#fbfbf9",
    foreground: "#24292f",
    cursor: "#1f6f9f",
    cursorAccent: "#fbfbf9",
    selectionBackground: "#9cc8e288",
  },
};

/** Sizes that the server takes, and how much of a paste goes into one message. */
const smallest = { columns: 20, rows: 5 };
const largest = { columns: 500, rows: 200 };
const inputPieceLength = 8 * 1024;
/** More than this is not put on a clipboard. */
const longestCopy = 1024 * 1024;
const storedMode = "cleanauth-text-mode";

const place = element("terminal");
const prefersLight = window.matchMedia("(prefers-color-scheme: light)");
const isNarrow = window.matchMedia("(max-width: 500px)");
const hasTouch = window.matchMedia("(pointer: coarse)");

document.documentElement.lang = language;
element("text-mode").textContent = texts.readable;
element("reconnect").textContent = texts.reconnect;
allowOwnStyles();
await loadFont();

const terminal = new Terminal({
  allowProposedApi: true,
  fontFamily,
  fontSize: fontSize(),
  lineHeight: 1.2,
  theme: theme(),
  cursorBlink: true,
  macOptionClickForcesSelection: true,
  scrollback: 0,
  // Before the screen knows the background, and with colours of the user's choice: what is too faint is made stronger.
  minimumContrastRatio: 4.5,
});
const fit = new FitAddon();
terminal.loadAddon(fit);
terminal.loadAddon(new Unicode11Addon());
terminal.unicode.activeVersion = "11";
terminal.open(place);
await drawWithGraphicsCard();
fit.fit();

const connection = createConnection({
  opened() {
    terminal.reset();
    showNotice(null);
    sendSize();
    sendBackground();
    terminal.focus();
  },
  received(message) {
    if (message.type === "output") terminal.write(message.data);
    if (message.type === "file") download(message.name, message.text);
  },
  lost: () => showNotice(texts.lost, false),
  ended(farewell) {
    // Nobody is there to type to.
    terminal.write("\x1b[?25l");
    showNotice(farewell ?? texts.ended);
  },
});

// The terminal takes Tab for itself, so another key leads out of it.
terminal.textarea?.setAttribute("aria-label", texts.terminal);
terminal.attachCustomKeyEventHandler((event) => {
  if (event.key !== "F6") return true;
  event.preventDefault();
  if (event.type === "keydown") element("text-mode").focus();
  return false;
});
terminal.onData(type);
takeInputMethod(terminal);
terminal.onResize(sendSize);
terminal.parser.registerOscHandler(52, copy);
element("reconnect").addEventListener("click", connection.connect);
useTextMode(localStorage.getItem(storedMode) === "on");
element("text-mode").addEventListener("click", () => {
  useTextMode(terminal.options.screenReaderMode !== true);
  terminal.focus();
});
if (hasTouch.matches) {
  element("keys").hidden = false;
  showKeys(element("keys"), texts.keys, type);
}
prefersLight.addEventListener("change", () => {
  terminal.options.theme = theme();
  sendBackground();
});
isNarrow.addEventListener("change", () => {
  terminal.options.fontSize = fontSize();
  fit.fit();
});
new ResizeObserver(() => fit.fit()).observe(place);
window.visualViewport?.addEventListener("resize", fillVisiblePart);
fillVisiblePart();
connection.connect();
// A mark for whoever drives this page: it is ready to be typed into.
document.documentElement.dataset.terminal = "ready";

/** @param {string} id */
function element(id) {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`There is no ${id}`);
  return found;
}

function theme() {
  return prefersLight.matches ? themes.light : themes.dark;
}

/** On a phone there must be room for some fifty columns. */
function fontSize() {
  return isNarrow.matches ? 12 : 15;
}

/** A phone's keyboard covers the page; what is left of it is the terminal's. */
function fillVisiblePart() {
  const { height } = window.visualViewport ?? { height: window.innerHeight };
  document.body.style.height = `${height}px`;
  window.scrollTo(0, 0);
}

/** xterm.js makes style elements for its sizes and colours; the page's policy asks for its nonce. */
function allowOwnStyles() {
  const link = /** @type {HTMLLinkElement | null} */ (document.querySelector("link[nonce]"));
  const nonce = link?.nonce ?? "";
  const createElement = document.createElement.bind(document);
  document.createElement = (/** @type {string} */ name, /** @type {any} */ options) => {
    const made = createElement(name, options);
    if (name === "style") made.nonce = nonce;
    return made;
  };
}

/** A terminal measures its font once, and keeps pictures of its characters: it must be there first. */
async function loadFont() {
  const loads = [400, 700].map((weight) =>
    document.fonts.load(`${weight} ${fontSize()}px ${fontFamily}`, "CLEANAUTH 한글"),
  );
  const patience = new Promise((resolve) => setTimeout(resolve, 8000));
  await Promise.race([Promise.allSettled(loads), patience]);
}

async function drawWithGraphicsCard() {
  try {
    const { WebglAddon } = await import("@xterm/addon-webgl");
    const webgl = new WebglAddon();
    webgl.onContextLoss(() => drawWithoutGraphicsCard(webgl));
    terminal.loadAddon(webgl);
  } catch {
    drawWithoutGraphicsCard(null);
  }
}

/**
 * Letters in place of drawn lines: borders meet only where the lines are as high as the letters. Colours
 * stay as they are: xterm.js would change them by style attributes, which the page's policy forbids.
 *
 * @param {{ dispose(): void } | null} webgl
 */
function drawWithoutGraphicsCard(webgl) {
  webgl?.dispose();
  terminal.options.lineHeight = 1;
  terminal.options.minimumContrastRatio = 1;
  fit.fit();
}

/** @param {string} data */
function type(data) {
  for (let start = 0; start < data.length; start += inputPieceLength) {
    connection.send({ type: "input", data: data.slice(start, start + inputPieceLength) });
  }
}

function sendSize() {
  const within = (/** @type {number} */ value, /** @type {"columns" | "rows"} */ name) =>
    Math.max(smallest[name], Math.min(largest[name], value));
  connection.send({
    type: "resize",
    columns: within(terminal.cols, "columns"),
    rows: within(terminal.rows, "rows"),
  });
}

/** What a terminal reports that has been asked to (mode 2031): the screen takes its colours by it. */
function sendBackground() {
  type(`\x1b[?997;${prefersLight.matches ? 2 : 1}n`);
}

/**
 * A screen may put text on the clipboard (xterm's OSC 52), never read it. Browsers allow it right after
 * a key was pressed, on https and on localhost.
 *
 * @param {string} data `c;` and the text in base64
 */
function copy(data) {
  const encoded = data.slice(data.indexOf(";") + 1);
  if (encoded === "?" || encoded.length > longestCopy) return true;
  try {
    const bytes = Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0));
    void navigator.clipboard?.writeText(new TextDecoder().decode(bytes)).catch(() => {});
  } catch {
    // That was no base64.
  }
  return true;
}

/**
 * Gives the user a file that the screen made, such as an exported conversation.
 *
 * @param {string} name
 * @param {string} text
 */
function download(name, text) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/plain;charset=utf-8" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/**
 * Puts the rows into the page as text, where a screen reader finds them.
 *
 * @param {boolean} isOn
 */
function useTextMode(isOn) {
  terminal.options.screenReaderMode = isOn;
  element("text-mode").setAttribute("aria-pressed", String(isOn));
  localStorage.setItem(storedMode, isOn ? "on" : "off");
}

/**
 * @param {string | null} text
 * @param {boolean} canReconnect whether it is for the user to go on
 */
function showNotice(text, canReconnect = true) {
  element("notice").hidden = text === null;
  element("notice-text").textContent = text ?? "";
  element("reconnect").hidden = !canReconnect;
  if (text !== null && canReconnect) element("reconnect").focus();
}
