// The page: a terminal that fills the window, connected to a screen of its own on the server. It
// knows nothing of what it shows; tokens and passwords stay on the server's side of the connection.

const fontFamily = '"JetBrains Mono", "Nanum Gothic Coding", ui-monospace, monospace';
const fontSize = 15;

/** The same calm colours as the page around it; the rest is xterm's palette of 256. */
const theme = {
  background: "#15181d",
  foreground: "#d6d9de",
  cursor: "#5fafd7",
  cursorAccent: "#15181d",
  selectionBackground: "#34506488",
};

/** Sizes that the server takes, and how much of a paste goes into one message. */
const smallest = { columns: 20, rows: 5 };
const largest = { columns: 500, rows: 200 };
const inputPieceLength = 8 * 1024;

allowOwnStyles();
const [{ Terminal }, { FitAddon }, { Unicode11Addon }] = await Promise.all([
  import("/assets/xterm.mjs"),
  import("/assets/addon-fit.mjs"),
  import("/assets/addon-unicode11.mjs"),
  loadFont(),
]);

const terminal = new Terminal({
  allowProposedApi: true,
  fontFamily,
  fontSize,
  lineHeight: 1.2,
  theme,
  cursorBlink: true,
  macOptionClickForcesSelection: true,
  scrollback: 0,
});
const fit = new FitAddon();
terminal.loadAddon(fit);
terminal.loadAddon(new Unicode11Addon());
terminal.unicode.activeVersion = "11";
terminal.open(document.getElementById("terminal"));
await drawWithGraphicsCard();
fit.fit();

let socket = connect();
terminal.onData((data) => {
  for (let start = 0; start < data.length; start += inputPieceLength) {
    send({ type: "input", data: data.slice(start, start + inputPieceLength) });
  }
});
terminal.onResize(sendSize);
new ResizeObserver(() => fit.fit()).observe(document.getElementById("terminal"));
document.getElementById("reconnect").addEventListener("click", () => {
  socket = connect();
});
terminal.focus();
// A mark for whoever drives this page: it is ready to be typed into.
document.documentElement.dataset.terminal = "ready";

/** xterm.js makes style elements for its sizes and colours; the page's policy asks for its nonce. */
function allowOwnStyles() {
  const { nonce } = document.querySelector("link[nonce]");
  const createElement = document.createElement.bind(document);
  document.createElement = (name, options) => {
    const element = createElement(name, options);
    if (name === "style") element.nonce = nonce;
    return element;
  };
}

/** A terminal measures its font once, and keeps pictures of its characters: it must be there first. */
async function loadFont() {
  const loads = [400, 700].map((weight) =>
    document.fonts.load(`${weight} ${fontSize}px ${fontFamily}`, "CLEANAUTH 한글"),
  );
  const patience = new Promise((resolve) => setTimeout(resolve, 8000));
  await Promise.race([Promise.allSettled(loads), patience]);
}

async function drawWithGraphicsCard() {
  try {
    const { WebglAddon } = await import("/assets/addon-webgl.mjs");
    const webgl = new WebglAddon();
    webgl.onContextLoss(() => drawWithoutGraphicsCard(webgl));
    terminal.loadAddon(webgl);
  } catch {
    drawWithoutGraphicsCard(null);
  }
}

/** Letters in place of drawn lines: borders meet only where the lines are as high as the letters. */
function drawWithoutGraphicsCard(webgl) {
  webgl?.dispose();
  terminal.options.lineHeight = 1;
  fit.fit();
}

function connect() {
  showNotice(null);
  terminal.reset();
  const { protocol, host } = window.location;
  const opened = new WebSocket(`${protocol === "https:" ? "wss:" : "ws:"}//${host}/terminal`);
  let farewell = "The connection to the server is lost.";
  opened.addEventListener("open", () => {
    sendSize();
    terminal.focus();
  });
  opened.addEventListener("message", ({ data }) => {
    const message = JSON.parse(data);
    if (message.type === "output") terminal.write(message.data);
    if (message.type === "file") download(message);
    if (message.type === "exit") farewell = message.message;
  });
  opened.addEventListener("close", () => {
    if (opened !== socket) return;
    // Nobody is there to type to.
    terminal.write("\x1b[?25l");
    showNotice(farewell);
  });
  return opened;
}

function download({ name, text }) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/plain;charset=utf-8" }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

function send(message) {
  if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
}

function sendSize() {
  const within = (value, name) => Math.max(smallest[name], Math.min(largest[name], value));
  send({
    type: "resize",
    columns: within(terminal.cols, "columns"),
    rows: within(terminal.rows, "rows"),
  });
}

function showNotice(text) {
  const notice = document.getElementById("notice");
  notice.hidden = text === null;
  document.getElementById("notice-text").textContent = text ?? "";
  if (text !== null) document.getElementById("reconnect").focus();
}
