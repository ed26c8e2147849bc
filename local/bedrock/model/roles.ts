import { stemEnglish } from "./english.ts";

/** What part an argument plays in a sentence, judged by the parameter's name and description. */
export type Role =
  | "source"
  | "target"
  | "place"
  | "person"
  | "topic"
  | "content"
  | "name"
  | "id"
  | "file"
  | "date"
  | "time"
  | "dateTime"
  | "email"
  | "uri"
  | "phone";

const wordsByRole: Readonly<Record<Role, string>> = {
  source: "from source base origin start departure sender 출발 출발지 원본 기준",
  target: "to target destination into end arrival goal dest 도착 도착지 목적지 대상",
  place:
    "location city place restaurant address where venue country region area room hotel airport station store shop cafe site town building 장소 위치 식당 도시 주소 지역 곳",
  person:
    "person people name recipient contact friend attendee who user guest invitee assignee customer artist author singer composer writer 사람 이름 받는사람 수신자 담당자 고객 가수 작가 저자",
  topic:
    "query keyword search term phrase topic subject filter pattern q question word 검색어 질의 키워드 주제 단어",
  content:
    "text body message content note comment memo caption prompt sentence description reason 내용 본문 글 메시지 문장 텍스트 메모",
  name: "title name label heading tag song album playlist product item 제목 이름 상품 품목 노래 곡",
  id: "id identifier uuid key number code ref reference 번호 식별자 아이디",
  date: "date day birthday deadline due checkin checkout 날짜 일자 기한 마감 생일",
  time: "time hour clock 시간 시각",
  dateTime: "datetime timestamp when moment 일시",
  file: "file path filename filepath 파일 경로 파일명",
  email: "email e-mail mail 이메일 메일",
  uri: "url uri link website webpage 링크",
  phone: "phone telephone mobile tel 전화 전화번호",
};

const roleByStem = new Map<string, Role[]>();
for (const [role, words] of Object.entries(wordsByRole)) {
  for (const word of words.split(" ")) {
    const stem = /[a-z]/.test(word) ? stemEnglish(word) : word;
    roleByStem.set(stem, [...(roleByStem.get(stem) ?? []), role as Role]);
  }
}

/**
 * The parts that a parameter may play.
 *
 * @param nameStems of its name; they decide
 * @param descriptionStems of its description; asked when the name says nothing
 */
export function rolesOf(
  nameStems: ReadonlySet<string>,
  descriptionStems: ReadonlySet<string>,
): ReadonlySet<Role> {
  const byName = [...nameStems].flatMap((stem) => roleByStem.get(stem) ?? []);
  return new Set(
    byName.length > 0
      ? byName
      : [...descriptionStems].flatMap((stem) => roleByStem.get(stem) ?? []),
  );
}

/** How well a preposition before an argument, or a Korean particle behind it, goes with a part. */
const markersByRole: Readonly<Partial<Record<Role, Readonly<Record<string, number>>>>> = {
  source: { from: 3, of: 1, 에서: 3, 부터: 3, 에서부터: 3, 을: 1.5, 를: 1.5 },
  target: { to: 3, into: 3, in: 1, 로: 3, 으로: 3, 까지: 2.5, 에: 1, 에게: 2, 한테: 2, 께: 2 },
  place: {
    at: 3,
    in: 2.5,
    near: 2.5,
    to: 1.5,
    for: 1,
    on: 0.5,
    에서: 3,
    에: 2.5,
    의: 1.5,
    로: 1,
    으로: 1,
  },
  person: {
    with: 2.5,
    to: 2,
    for: 2,
    by: 2.5,
    에게: 3,
    한테: 3,
    께: 3,
    와: 2.5,
    과: 2.5,
    랑: 2.5,
    이랑: 2.5,
    하고: 2.5,
    의: 1,
  },
  topic: {
    about: 3,
    for: 2,
    containing: 3,
    regarding: 3,
    named: 3,
    called: 3,
    on: 1,
    of: 1,
    이: 1,
    가: 1,
    을: 1,
    를: 1,
    에: 1,
  },
  content: { that: 3, saying: 3, as: 1, 라고: 3, 이라고: 3, 을: 1, 를: 1 },
  name: {
    called: 3,
    named: 3,
    titled: 3,
    as: 1.5,
    for: 1,
    라는: 3,
    이라는: 3,
    라고: 3,
    이라고: 3,
    을: 1,
    를: 1,
  },
};

/**
 * @param marker a preposition in lower case, or a particle
 * @returns 0 when it says nothing about these parts
 */
export function markerScore(roles: ReadonlySet<Role>, marker: string): number {
  return Math.max(0, ...[...roles].map((role) => markersByRole[role]?.[marker] ?? 0));
}

/** The prepositions that mark arguments. */
export const prepositions: ReadonlySet<string> = new Set(
  "from to into in at near for with by about containing regarding on of as named called titled saying that between via under".split(
    " ",
  ),
);
