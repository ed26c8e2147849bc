import { describe, expect, it } from "vitest";
import { stemEnglish } from "./english.ts";
import { analyseKorean } from "./korean.ts";
import { soundsLike } from "./loanwords.ts";
import { parseSentence } from "./sentence.ts";
import { tokenize, wordsOfIdentifier } from "./tokens.ts";
import { verbOf } from "./vocabulary.ts";

describe("forms of an English word have one stem", () => {
  it.each([
    ["convert converts converted converting converter", "convert"],
    ["delete deletes deleted deleting", "delet"],
    ["note notes note's", "note"],
    ["translate translates translation translator", "transl"],
    ["city cities", "city"],
    ["search searches searching", "search"],
    ["plan planned planning", "plan"],
    ["person people", "person"],
    ["find found finds", "find"],
  ])("%s", (forms, stem) => {
    expect(new Set(forms.split(" ").map(stemEnglish))).toEqual(new Set([stem]));
  });

  it("and words that differ stay apart", () => {
    const stems = "status state note not news new weather whether user use"
      .split(" ")
      .map(stemEnglish);
    expect(new Set(stems).size).toBe(stems.length);
  });
});

describe("a form of a Korean verb leads back to the dictionary", () => {
  it.each([
    ["지우다", "지워 지워줘 지우고 지운 지울까 지웠어 지웁니다"],
    ["찾다", "찾아 찾아줘 찾는 찾고 찾았어"],
    ["알리다", "알려줘 알려주세요 알린 알립니다"],
    ["보이다", "보여 보이는"],
    ["바꾸다", "바꿔 바꿔줘 바꾸면 바꾼"],
    ["켜다", "켜 켜줘 켠 켰어"],
    ["끄다", "꺼 꺼줘 끈 껐어"],
    ["돕다", "도와 도와줘 도운"],
    ["듣다", "들어 들으면 들은"],
    ["부르다", "불러 불러줘 부른"],
    ["고르다", "골라 골라줘"],
    ["만들다", "만들어 만든 만드는 만듭니다"],
    ["보내다", "보내 보내줘 보낸 보냈어"],
    ["적다", "적어 적어줘 적은"],
  ])("%s: %s", (verb, forms) => {
    for (const form of forms.split(" ")) expect([form, verbOf(form)]).toEqual([form, verb]);
  });

  it("and a noun is no verb", () => {
    for (const noun of ["가격", "사과", "보고서", "지도", "나라"]) {
      expect([noun, analyseKorean(noun).isVerb]).toEqual([noun, false]);
    }
  });
});

describe("a Korean word comes apart", () => {
  it.each([
    ["메모를", "메모", "를", "note"],
    ["날씨가", "날씨", "가", "weath"],
    ["서버에서는", "서버", "에서는", "server"],
    ["추가해줘", "추가", "해줘", "add"],
    ["검색하고", "검색", "하고", "search"],
    ["기상특보", "기상특보", "", "alert"],
    ["계산기", "계산기", "", "calcul"],
    ["나이", "나이", "", "age"],
    ["회의", "회의", "", "meet"],
    ["달러를", "달러", "를", "dollar"],
  ])("%s", (word, base, suffix, stem) => {
    const analysed = analyseKorean(word);
    expect(analysed).toMatchObject({ base, suffix });
    expect([...analysed.meaning.keys()]).toContain(stem);
  });

  it("also when it is in no list", () => {
    expect(analyseKorean("루이지에서")).toMatchObject({ base: "루이지", suffix: "에서" });
    expect(analyseKorean("쿠버네티스")).toMatchObject({ base: "쿠버네티스", suffix: "" });
  });
});

describe("a Korean word sounds like the English word that it was", () => {
  it.each([
    ["라떼", "latte"],
    ["라우터", "router"],
    ["아메리카노", "americano"],
    ["스테이징", "staging"],
    ["프로덕션", "production"],
    ["쿠버네티스", "kubernetes"],
    ["도커", "docker"],
    ["모카", "mocha"],
    ["스몰", "small"],
    ["라지", "large"],
    ["미디엄", "medium"],
    ["엔진엑스", "nginx"],
    ["플레이", "play"],
    ["로봇", "robot"],
  ])("%s: %s", (korean, english) => {
    expect(soundsLike(korean, english)).toBe(true);
  });

  it.each([
    ["라떼", "router"],
    ["라우터", "latte"],
    ["파리", "play"],
    ["나무", "name"],
    ["우유", "you"],
    ["서버", "subscribe"],
  ])("and not like another: %s, %s", (korean, english) => {
    expect(soundsLike(korean, english)).toBe(false);
  });
});

describe("tokens", () => {
  it.each([
    ["CA주에 100달러를", ["CA", "주에", "100", "달러를"]],
    ["37.77,-122.42의", ["37.77", "122.42", "의"]],
    ["20°C or 5km at 3pm", ["20", "C", "or", "5", "km", "at", "3", "pm"]],
    ["note 3f2a-9c1e_x", ["note", "3f2a-9c1e_x"]],
    ["1,234.5 and 1,23", ["1,234.5", "and", "1", "23"]],
    [
      "mail ann@example.com, see https://example.com/a?b=c.",
      ["mail", "ann@example.com", "see", "https://example.com/a?b=c"],
    ],
    ["보고서.hwp를 /var/log/syslog 로", ["보고서.hwp", "를", "/var/log/syslog", "로"]],
    ["Luigi's café", ["Luigi's", "café"]],
    ["e.g. U.S.", ["e", "g", "U", "S"]],
  ])("of %j", (text, tokens) => {
    expect(tokenize(text).map((token) => token.text)).toEqual(tokens);
  });

  it.each([
    ["getForecast", ["get", "Forecast"]],
    ["delete_note-now", ["delete", "note", "now"]],
    ["parseHTMLPage2", ["parse", "HTML", "Page2"]],
  ])("of the identifier %s", (identifier, words) => {
    expect(wordsOfIdentifier(identifier)).toEqual(words);
  });
});

describe("what a sentence hands over", () => {
  it.each([
    ["add a note: buy milk", "buy milk"],
    ["메모 추가해 줘： 우유 사기", "우유 사기"],
    ["note that it is late", "it is late"],
    ["a memo saying that it is late", "it is late"],
    ["remind me to call mom", "call mom"],
    ["우유 사기라고 메모해", "우유 사기"],
    ["메모에 늦는다고 적어 줘", "늦는다"],
    ["'집에 간다'라는 메모", "집에 간다"],
    ["meet at 12:30", undefined],
    ["see http://example.com/x", undefined],
    ["뭐라고 했어?", undefined],
  ])("%s", (text, content) => {
    const sentence = parseSentence(text);
    const span = sentence.content;
    expect(span && sentence.text.slice(span.start, span.end)).toBe(content);
  });

  it.each([
    [`say "a b" and 'c'`, ["a b", "c"]],
    ["“하나”와 「둘」과 『셋』", ["하나", "둘", "셋"]],
    ["it's Luigi's and don't", []],
    ["'it's late' he said", ["it's late"]],
    ['an open "quote', []],
  ])("in quotation marks: %s", (text, quotes) => {
    const sentence = parseSentence(text);
    expect(sentence.quotes.map(({ start, end }) => sentence.text.slice(start, end))).toEqual(
      quotes,
    );
  });

  it("reads decomposed Hangul, as macOS types it, like any other", () => {
    expect(parseSentence("메모".normalize("NFD")).terms[0]?.base).toBe("메모");
  });
});
