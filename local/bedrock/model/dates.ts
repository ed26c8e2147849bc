import type { Span } from "./sentence.ts";

/** A day or a time of day that a sentence names. */
export interface DateMention extends Span {
  /** `2026-03-01` */
  date?: string;
  /** `19:30` */
  time?: string;
  /** Written with digits: its digits are no numbers of their own. */
  hasDigits: boolean;
}

/**
 * Finds days and times in both languages: ISO 8601, `March 1`, `3월 1일`, `tomorrow`, `다음 주 금요일`,
 * `7:30 pm`, `저녁 7시`. A day without a year is the next one to come.
 *
 * @param text in Unicode NFC
 * @param now what `today` is, in the machine's own time zone
 */
export function datesIn(text: string, now: Date): DateMention[] {
  const mentions: DateMention[] = [];
  for (const { form, read } of dateForms) {
    for (const match of text.matchAll(form)) {
      const span = { start: match.index, end: match.index + match[0].length };
      if (mentions.some((other) => span.start < other.end && other.start < span.end)) continue;
      const found = read(match.slice(1), now);
      if (found !== undefined) mentions.push({ ...span, ...found, hasDigits: /\d/.test(match[0]) });
    }
  }
  return mentions.sort((a, b) => a.start - b.start);
}

interface DateForm {
  form: RegExp;
  read(groups: (string | undefined)[], now: Date): { date?: string; time?: string } | undefined;
}

const months = "jan feb mar apr may jun jul aug sep oct nov dec".split(" ");
const monthForm =
  "(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)";
const weekdays = "sun mon tue wed thu fri sat".split(" ");
const koreanWeekdays = "일월화수목금토";

const dateForms: readonly DateForm[] = [
  {
    form: /(?<![\d.])(\d{4})[-./](\d{1,2})[-./](\d{1,2})(?:T(\d{2}:\d{2})(?::\d{2})?)?(?![\d.])/g,
    read: ([year, month, day, time]) => {
      const date = dayOf(Number(year), Number(month), Number(day));
      return date && { ...date, ...(time && { time }) };
    },
  },
  {
    form: /(?:(\d{4})년\s*)?(\d{1,2})월\s*(\d{1,2})일/g,
    read: ([year, month, day], now) => calendarDay(year, Number(month), Number(day), now),
  },
  {
    form: new RegExp(
      `\\b${monthForm}\\.?\\s+(\\d{1,2})(?:st|nd|rd|th)?\\b(?:,?\\s+(\\d{4}))?`,
      "gi",
    ),
    read: ([month = "", day, year], now) =>
      calendarDay(year, months.indexOf(month.slice(0, 3).toLowerCase()) + 1, Number(day), now),
  },
  {
    form: new RegExp(
      `\\b(\\d{1,2})(?:st|nd|rd|th)?(?:\\s+of)?\\s+${monthForm}\\b(?:,?\\s+(\\d{4}))?`,
      "gi",
    ),
    read: ([day, month = "", year], now) =>
      calendarDay(year, months.indexOf(month.slice(0, 3).toLowerCase()) + 1, Number(day), now),
  },
  {
    form: /\b(day after tomorrow|tomorrow|today|tonight|yesterday)\b/gi,
    read: ([word = ""], now) => dayFromNow(now, relativeDays[word.toLowerCase()] ?? 0),
  },
  {
    form: /(글피|모레|내일|오늘|어제)/g,
    read: ([word = ""], now) => dayFromNow(now, relativeDays[word] ?? 0),
  },
  {
    form: /\bin (\d{1,3}) days?\b|(\d{1,3})일\s*(?:후|뒤)/gi,
    read: ([english, korean], now) => dayFromNow(now, Number(english ?? korean)),
  },
  {
    form: /\b(?:(next)\s+|this\s+|on\s+)?(sun|mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?)day\b/gi,
    read: ([next, day = ""], now) =>
      weekdayFrom(now, weekdays.indexOf(day.slice(0, 3).toLowerCase()), next !== undefined),
  },
  {
    form: /(?:(다음\s*주|이번\s*주)\s*)?([일월화수목금토])요일/g,
    read: ([week, day = ""], now) =>
      weekdayFrom(now, koreanWeekdays.indexOf(day), week?.startsWith("다음") === true),
  },
  {
    form: /(?<![\d:.])(\d{1,2}):(\d{2})(?:\s*([ap])\.?m\b\.?)?(?![\d:])/gi,
    read: ([hour, minute, half]) => timeOf(Number(hour), Number(minute), half),
  },
  {
    form: /(?<![\d:.])(\d{1,2})\s*([ap])\.?m\b\.?/gi,
    read: ([hour, half]) => timeOf(Number(hour), 0, half),
  },
  {
    form: /(?:(오전|오후|아침|점심|저녁|밤|새벽|낮)\s*)?(\d{1,2}|한|두|세|네|다섯|여섯|일곱|여덟|아홉|열|열한|열두)\s*시(?!간)(?:\s*(\d{1,2})분|\s*(반))?/g,
    read: ([half, hour = "", minute, thirty]) =>
      timeOf(
        koreanHours.indexOf(hour) + 1 || Number(hour),
        thirty === undefined ? Number(minute ?? 0) : 30,
        half === undefined || ["오전", "아침", "새벽"].includes(half) ? undefined : "p",
      ),
  },
  {
    form: /\b(noon|midnight)\b|(정오|자정)/gi,
    read: ([english, korean]) => ({
      time: english?.toLowerCase() === "noon" || korean === "정오" ? "12:00" : "00:00",
    }),
  },
];

const relativeDays: Readonly<Record<string, number>> = {
  yesterday: -1,
  today: 0,
  tonight: 0,
  tomorrow: 1,
  "day after tomorrow": 2,
  어제: -1,
  오늘: 0,
  내일: 1,
  모레: 2,
  글피: 3,
};

const koreanHours = [
  "한",
  "두",
  "세",
  "네",
  "다섯",
  "여섯",
  "일곱",
  "여덟",
  "아홉",
  "열",
  "열한",
  "열두",
];

function dayOf(year: number, month: number, day: number): { date: string } | undefined {
  const date = new Date(Date.UTC(year, month - 1, day));
  const exists = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return exists ? { date: date.toISOString().slice(0, 10) } : undefined;
}

function calendarDay(year: string | undefined, month: number, day: number, now: Date) {
  if (year !== undefined) return dayOf(Number(year), month, day);
  const today = isoDay(now);
  const thisYear = dayOf(now.getFullYear(), month, day);
  return thisYear !== undefined && thisYear.date < today
    ? dayOf(now.getFullYear() + 1, month, day)
    : thisYear;
}

function dayFromNow(now: Date, days: number): { date: string } {
  return { date: isoDay(new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, 12)) };
}

/** The next such day; with `next week` the one in the week that begins on the coming Monday. */
function weekdayFrom(now: Date, weekday: number, isNextWeek: boolean): { date: string } {
  const fromMonday = (day: number) => (day + 6) % 7;
  if (isNextWeek) return dayFromNow(now, 7 - fromMonday(now.getDay()) + fromMonday(weekday));
  return dayFromNow(now, (weekday - now.getDay() + 7) % 7);
}

function timeOf(hour: number, minute: number, half: string | undefined) {
  const isAfternoon = half?.toLowerCase() === "p";
  const isMorning = half?.toLowerCase() === "a";
  const hours = isAfternoon && hour < 12 ? hour + 12 : isMorning && hour === 12 ? 0 : hour;
  if (hours > 23 || minute > 59) return undefined;
  return { time: `${String(hours).padStart(2, "0")}:${String(minute).padStart(2, "0")}` };
}

function isoDay(date: Date): string {
  const part = (value: number) => String(value).padStart(2, "0");
  return `${date.getFullYear()}-${part(date.getMonth() + 1)}-${part(date.getDate())}`;
}
