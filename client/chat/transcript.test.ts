import { describe, expect, it } from "vitest";
import {
  addAnswerText,
  addEntry,
  emptyTranscript,
  endAnswerText,
  type Transcript,
  transcriptBounds,
} from "./transcript.ts";

function textOf(transcript: Transcript): string {
  return transcript.entries.map((entry) => (entry.kind === "answer" ? entry.source : "")).join("");
}

describe("addAnswerText", () => {
  it("keeps a long answer whole, in pieces of which only the last one changes", () => {
    let transcript: Transcript = emptyTranscript;
    const text = Array.from({ length: 500 }, (_, index) => `line ${index}`).join("\n");
    for (const delta of text.match(/[\s\S]{1,7}/g) ?? []) {
      const before = transcript.entries.slice(0, -1);
      transcript = addAnswerText(transcript, delta);
      expect(transcript.entries.slice(0, before.length)).toEqual(before);
    }
    expect(textOf(transcript)).toBe(text);
    expect(transcript.entries.length).toBeGreaterThan(4);
    expect(transcript.entries.filter((e) => e.kind === "answer" && e.isGrowing)).toHaveLength(1);
    expect(transcript.entries.filter((e) => e.kind === "answer" && !e.continues)).toHaveLength(1);
  });

  it("keeps a long answer whole when it comes at once", () => {
    const text = Array.from({ length: 500 }, (_, index) => `line ${index}`).join("\n");
    expect(textOf(addAnswerText(emptyTranscript, text))).toBe(text);
  });
});

describe("endAnswerText", () => {
  it("drops empty lines at the end", () => {
    const transcript = endAnswerText(addAnswerText(emptyTranscript, "yes\n\n \n"));
    expect(transcript.entries).toMatchObject([{ source: "yes", isGrowing: false }]);
  });
});

describe("the bounds", () => {
  it("let the oldest entries give way", () => {
    let transcript: Transcript = emptyTranscript;
    for (let index = 0; index < transcriptBounds.entries + 50; index += 1) {
      transcript = addEntry(transcript, { kind: "question", text: `question ${index}` });
    }
    expect(transcript.entries).toHaveLength(transcriptBounds.entries);
    expect(transcript.entries.at(-1)).toMatchObject({ text: `question ${449}` });
  });

  it("hold for the characters, too, and leave the newest entry", () => {
    let transcript: Transcript = emptyTranscript;
    for (let index = 0; index < 10; index += 1) {
      transcript = addEntry(transcript, { kind: "question", text: "x".repeat(60_000) });
    }
    expect(transcript.entries).toHaveLength(3);
    const huge = "y".repeat(transcriptBounds.characters * 2);
    transcript = addEntry(transcript, { kind: "notice", text: huge });
    expect(transcript.entries).toHaveLength(1);
  });
});
