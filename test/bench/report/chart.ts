import { medianOf, type Results, type Row } from "./results.ts";
import { formatNumber } from "./table.ts";

/** What the chart shows, by the keys of sections. */
const shown = ["one-session-32", "many-sessions", "new-tokens"];

const width = 760;
const left = 170;
const right = 120;
const barHeight = 18;
const barGap = 6;
const panelGap = 26;
const titleHeight = 26;

/**
 * Draws the rates of calls as bars, one panel for each way of calling, on one scale. Readable on a
 * light and on a dark page: the colours follow the reader's setting, and the ground is left free.
 *
 * @param subjectOfOwn whose bar stands out
 * @returns an SVG document
 */
export function drawChart({ sections, machine }: Results, subjectOfOwn: string): string {
  const panels = sections
    .filter(({ key }) => shown.includes(key))
    .map(({ title, rows }) => ({ title, rows: rows.filter((row) => !Number.isNaN(rateOf(row))) }));
  const rates = panels.flatMap(({ rows }) => rows.map(rateOf));
  const scale = (width - left - right) / Math.max(1, ...rates);
  const parts: string[] = [];
  let y = 10;
  for (const { title, rows } of panels) {
    parts.push(text(0, y + 14, "title", title));
    y += titleHeight;
    for (const row of [...rows].sort((a, b) => rateOf(b) - rateOf(a))) {
      const kind = row.subject === subjectOfOwn ? "own" : "other";
      const length = Math.max(1, rateOf(row) * scale);
      parts.push(
        `<text class="name" x="${left - 10}" y="${y + 13}" text-anchor="end">${escapeXml(row.subject)}</text>`,
        `<rect class="${kind}" x="${left}" y="${y}" width="${length.toFixed(1)}" height="${barHeight}" rx="2"/>`,
        spreadLine(row, scale, y + barHeight / 2),
        text(
          left + Math.max(length, mostOf(row) * scale) + 8,
          y + 13,
          "value",
          formatNumber(rateOf(row)),
        ),
      );
      y += barHeight + barGap;
    }
    y += panelGap;
  }
  parts.push(
    text(
      0,
      y,
      "note",
      `Requests per second: median and spread. ${machine.cpu}, Node ${machine.node}, one core for the server.`,
    ),
  );
  const height = y + 14;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="Authenticated tool calls per second">
<style>
  text { font: 13px system-ui, sans-serif; fill: #424a53; }
  .title { font-weight: 600; fill: #1f2328; }
  .note { font-size: 12px; }
  .own { fill: #1a7f64; }
  .other { fill: #8c959f; }
  .spread { stroke: #1f2328; stroke-width: 1.5; }
  @media (prefers-color-scheme: dark) {
    text { fill: #b1bac4; }
    .title { fill: #f0f6fc; }
    .own { fill: #3fb68b; }
    .other { fill: #6e7681; }
    .spread { stroke: #f0f6fc; }
  }
</style>
${parts.join("\n")}
</svg>
`;
}

function rateOf({ values }: Row): number {
  return medianOf(values.requestsPerSecond ?? []);
}

function mostOf({ values }: Row): number {
  return Math.max(...(values.requestsPerSecond ?? []));
}

function spreadLine(row: Row, scale: number, y: number): string {
  const [from, to] = [Math.min(...(row.values.requestsPerSecond ?? [])), mostOf(row)];
  const [x1, x2] = [from, to].map((value) => (left + value * scale).toFixed(1));
  return `<line class="spread" x1="${x1}" x2="${x2}" y1="${y}" y2="${y}"/>`;
}

function text(x: number, y: number, kind: string, content: string): string {
  return `<text class="${kind}" x="${x.toFixed(1)}" y="${y}">${escapeXml(content)}</text>`;
}

function escapeXml(content: string): string {
  return content.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
