import { describe, expect, it } from "vitest";
import { createTools } from "../../../server/tools/index.ts";
import { requestOf, user } from "../testing/conversation.ts";
import { replyTo } from "./word-model.ts";

// The model knows none of these tools; this holds their descriptions to words that people use.
const tools = createTools({
  checks: [],
  weather: undefined as never,
  notes: undefined as never,
  dataDir: "",
  servers: () => ({}),
  now: Date.now,
}).map(({ name, description, inputSchema }) => ({ name, description, inputSchema }));

describe("the server's own tools are found by what people ask", () => {
  it.each<[sentence: string, name: string, input: object]>([
    [
      "what is the forecast for 37.77, -122.42?",
      "get_forecast",
      { latitude: 37.77, longitude: -122.42 },
    ],
    [
      "37.77, -122.42의 날씨 예보를 알려줘",
      "get_forecast",
      { latitude: 37.77, longitude: -122.42 },
    ],
    ["what's the weather in Seattle?", "get_forecast", { latitude: 47.6062, longitude: -122.3321 }],
    ["Are there weather alerts in CA?", "get_alerts", { state: "CA" }],
    ["alerts for ME", "get_alerts", { state: "ME" }],
    ["CA 주에 기상 특보가 있어?", "get_alerts", { state: "CA" }],
    ["캘리포니아에 기상 특보 있어?", "get_alerts", { state: "CA" }],
    ["who am I?", "whoami", {}],
    ["나는 누구로 로그인했어?", "whoami", {}],
    ["내 토큰은 언제 만료돼?", "whoami", {}],
    ["add a note: buy milk", "add_note", { text: "buy milk" }],
    ["remember to call mom", "add_note", { text: "call mom" }],
    ["메모 추가해 줘: 우유 사기", "add_note", { text: "우유 사기" }],
    ["우유 사기라고 메모해 줘", "add_note", { text: "우유 사기" }],
    ["list my notes", "list_notes", {}],
    ["show my last 5 notes", "list_notes", { limit: 5 }],
    ["내 메모 보여줘", "list_notes", {}],
    ["search my notes for milk", "search_notes", { query: "milk" }],
    ["'우유'가 들어간 메모를 찾아줘", "search_notes", { query: "우유" }],
    ["delete note 01a208c4d93a-2046ac44", "delete_note", { id: "01a208c4d93a-2046ac44" }],
    ["메모 01a208c4d93a-2046ac44를 지워 줘", "delete_note", { id: "01a208c4d93a-2046ac44" }],
    ["how loaded is the host?", "host_status", {}],
    ["서버 상태 알려줘", "host_status", {}],
  ])("%s", (sentence, name, input) => {
    const { calls } = replyTo(requestOf([user(sentence)], tools), new Date());
    expect(calls.map(({ document, filling }) => [document.tool.name, filling.arguments])).toEqual([
      [name, input],
    ]);
  });
});
