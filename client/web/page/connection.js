// The connection to a screen on the server. When it breaks, it is made again, and the server shows the
// same screen: it knows the browser by a cookie that no script can read, and the screen by an id that
// belongs to this tab.

/**
 * What the server says; see protocol.ts.
 *
 * @typedef {{ type: "output", data: string }
 *   | { type: "file", name: string, text: string }
 *   | { type: "screen", id: string }
 *   | { type: "exit", message: string }} ServerMessage
 */

/**
 * @typedef {object} Connection
 * @property {(message: object) => void} send what is typed, or the size; nothing where nobody is there
 * @property {() => void} connect begins anew
 */

/** For as long as the server keeps a screen, and a little more. */
const patienceMilliseconds = 200_000;
const longestPauseMilliseconds = 8_000;
const storedScreen = "cleanauth-screen";

/**
 * @param {object} listener
 * @param {(isFirst: boolean) => void} listener.opened `isFirst` unless the last screen is taken up again
 * @param {(message: ServerMessage) => void} listener.received
 * @param {() => void} listener.lost another attempt is going to be made
 * @param {(farewell: string | null) => void} listener.ended no other attempt is made; with the server's
 *   last word, if it had one
 * @returns {Connection}
 */
export function createConnection(listener) {
  /** @type {WebSocket | null} */
  let socket = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let lostAt = 0;
  let pause = 0;

  function connect() {
    clearTimeout(timer);
    const { protocol, host } = window.location;
    const screen = sessionStorage.getItem(storedScreen);
    const query = screen === null ? "" : `?screen=${encodeURIComponent(screen)}`;
    const scheme = protocol === "https:" ? "wss:" : "ws:";
    const opened = new WebSocket(`${scheme}//${host}/terminal${query}`);
    socket = opened;
    /** @type {string | null} */
    let farewell = null;
    let isOpen = false;

    opened.addEventListener("open", () => {
      isOpen = true;
      listener.opened(screen === null);
    });
    opened.addEventListener("message", ({ data }) => {
      /** @type {ServerMessage} */
      const message = JSON.parse(data);
      if (message.type === "screen") sessionStorage.setItem(storedScreen, message.id);
      if (message.type === "exit") farewell = message.message;
      // A connection that lasts is not one of those that fail at once.
      if (message.type === "screen") [lostAt, pause] = [0, 0];
      listener.received(message);
    });
    opened.addEventListener("close", ({ code }) => {
      if (opened !== socket) return;
      const wasOffended = code === 1008 || code === 1009;
      if (farewell === null && !wasOffended && (isOpen || lostAt > 0)) return tryAgain();
      // The screen is gone, by whoever's wish.
      sessionStorage.removeItem(storedScreen);
      listener.ended(farewell);
    });
  }

  function tryAgain() {
    if (lostAt === 0) lostAt = Date.now();
    if (Date.now() - lostAt > patienceMilliseconds) {
      lostAt = 0;
      return listener.ended(null);
    }
    listener.lost();
    timer = setTimeout(connect, pause);
    pause = Math.min(longestPauseMilliseconds, pause * 2 || 500);
  }

  /** A phone that wakes up, or is in a network again, need not wait. */
  function hurry() {
    if (lostAt > 0 && socket?.readyState === WebSocket.CLOSED) connect();
  }
  window.addEventListener("online", hurry);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") hurry();
  });

  return {
    connect() {
      [lostAt, pause] = [0, 0];
      connect();
    },
    send(message) {
      if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
    },
  };
}
