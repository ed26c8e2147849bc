// What is typed by way of an input method: Korean, a phone's keyboard, a picker of emoji. xterm.js reads
// it out of its text field when timers fire, and where the browser is busy it loses syllables or sends
// them twice (https://github.com/xtermjs/xterm.js/issues/6089). Here the field is compared, at the very
// event that changed it, with what it held before.

/** The key code of a key that an input method has taken (UI Events, "keyCode of KeyEvent"). */
const takenByInputMethod = 229;
const modifiers = ["Shift", "Control", "Alt", "AltGraph", "Meta", "CapsLock"];
const del = "\x7f";

/** Changes of a field that nobody typed; the terminal pastes by itself. */
const isNotTyped = /^(insertFromPaste|insertFromDrop|insertFromYank|deleteBy|history)/;

/** What a field tells about what is typed into it. */
const events = [
  ...["keydown", "keyup", "focus", "beforeinput", "input"],
  ...["compositionstart", "compositionupdate", "compositionend"],
];

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/**
 * Takes what is typed by way of an input method out of a terminal's hands, and shows at its cursor what is
 * being composed.
 *
 * @param {import("@xterm/xterm").Terminal} terminal one that is open
 */
export function takeInputMethod(terminal) {
  const { element, textarea: field } = terminal;
  if (element === undefined || field === undefined) throw new Error("The terminal is not open");
  const composed = document.createElement("span");
  composed.id = "composed";
  field.after(composed);
  // The terminal keeps its field at the cursor.
  const follow = () => {
    for (const name of /** @type {const} */ (["left", "top", "height", "lineHeight"])) {
      composed.style[name] = field.style[name];
    }
    composed.style.fontSize = `${terminal.options.fontSize}px`;
  };
  const inputMethod = createInputMethod(field, {
    send: (data) => terminal.input(data),
    show(text) {
      composed.textContent = text;
      follow();
    },
  });
  terminal.onKey(inputMethod.keySent);
  terminal.onCursorMove(follow);
  const hear = (/** @type {Event} */ event) => {
    if (event.target === field && inputMethod.handle(event)) event.stopPropagation();
  };
  // On its way down to the field, where the terminal listens.
  for (const name of events) element.addEventListener(name, hear, { capture: true });
  // At these the terminal puts into its field what was never typed.
  for (const name of ["mousedown", "contextmenu", "paste"]) {
    element.addEventListener(name, inputMethod.end, { capture: true });
  }
}

/**
 * Reads a terminal's text field.
 *
 * @param {{ value: string, selectionStart: number, selectionEnd: number }} field
 * @param {object} to
 * @param {(data: string) => void} to.send told what was typed; DEL takes a character back
 * @param {(text: string) => void} to.show told what is being composed, "" at its end
 */
export function createInputMethod(field, { send, show }) {
  /** What the field held before the change that is under way. */
  let before = "";
  let isComposing = false;
  /** Whether the terminal has sent the key that is down, so that its text must not be sent once more. */
  let isKeySent = false;

  function remember() {
    const { value, selectionStart, selectionEnd } = field;
    // What the terminal has put there in the meantime, for the clipboard, it has selected.
    before = value === before ? value : value.slice(0, selectionStart) + value.slice(selectionEnd);
  }

  function sendChange() {
    const data = changeOf(before, field.value, field.selectionEnd);
    before = field.value;
    if (data !== "") send(data);
  }

  function end() {
    if (!isComposing) return;
    isComposing = false;
    show("");
    sendChange();
  }

  return {
    /** Ends a composition that is under way: what there is of it is sent. */
    end,

    /** To be told when the terminal has sent a key by itself. */
    keySent() {
      isKeySent = true;
      before = field.value;
    },

    /**
     * To be told of each event of the field before the terminal is.
     *
     * @param {{ type: string, key?: string, keyCode?: number, inputType?: string, data?: string | null }} event
     * @returns {boolean} whether the terminal must not hear of it
     */
    handle({ type, key = "", keyCode, inputType = "", data }) {
      switch (type) {
        case "keydown":
          isKeySent = false;
          if (keyCode === takenByInputMethod) return true;
          // A key of the terminal's ends the composition, whose text comes before it.
          if (!modifiers.includes(key)) end();
          return false;
        case "keyup":
        case "focus":
          isKeySent = false;
          return false;
        case "compositionstart":
          remember();
          isComposing = true;
          return true;
        case "compositionupdate":
          if (isComposing) show(data ?? "");
          return true;
        case "compositionend":
          if (isComposing) end();
          else remember();
          return true;
        case "beforeinput":
          if (isComposing) return false;
          remember();
          // Of a field with nothing in it there is nothing to delete, and no change will follow.
          if (inputType === "deleteContentBackward" && field.value === "" && !isKeySent) send(del);
          return false;
        case "input":
          if (isComposing) return true;
          if (isKeySent || isNotTyped.test(inputType)) before = field.value;
          else sendChange();
          return true;
        default:
          return false;
      }
    },
  };
}

/**
 * What is to be typed so that one text becomes the other.
 *
 * @param {string} before
 * @param {string} after
 * @param {number} cursor where it stands in the text after, and, counted from the end, in the one before
 */
function changeOf(before, after, cursor) {
  const [was, is] = [before, after].map((text) =>
    Array.from(graphemes.segment(text), ({ segment }) => segment),
  );
  // What is behind the cursor cannot have changed, and there is no typing in front of it.
  const behind = Array.from(graphemes.segment(after.slice(cursor))).length;
  const sameAtEnd = Math.min(behind, was.length, is.length);
  const shorter = Math.min(was.length, is.length) - sameAtEnd;
  let same = 0;
  while (same < shorter && was[same] === is[same]) same += 1;
  const typed = is
    .slice(same, is.length - sameAtEnd)
    .join("")
    .replaceAll("\n", "\r");
  return del.repeat(was.length - sameAtEnd - same) + typed;
}
