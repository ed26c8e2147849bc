import type { UpstreamStates } from "../gateway/upstreams.ts";
import type { NotesStore } from "../store/notes.ts";
import type { WeatherService } from "../weather/weather-service.ts";
import { createAddNote } from "./add-note.ts";
import { createDeleteNote } from "./delete-note.ts";
import { createGetAlerts } from "./get-alerts.ts";
import { createGetForecast } from "./get-forecast.ts";
import { createHostStatus } from "./host-status.ts";
import { createListNotes } from "./list-notes.ts";
import { createSearchNotes } from "./search-notes.ts";
import type { Tool } from "./tool.ts";
import { createWhoami } from "./whoami.ts";

/** What the built-in tools work with. */
export interface ToolParts {
  readonly checks: readonly string[];
  readonly weather: WeatherService;
  readonly notes: NotesStore;
  readonly dataDir: string;
  readonly servers: () => UpstreamStates;
  readonly now: () => number;
}

/** The built-in tools, in the order in which they are listed. */
export function createTools({ checks, weather, notes, dataDir, servers, now }: ToolParts): Tool[] {
  return [
    createWhoami(checks, now),
    createGetForecast(weather),
    createGetAlerts(weather),
    createListNotes(notes),
    createAddNote(notes),
    createSearchNotes(notes),
    createDeleteNote(notes),
    createHostStatus(dataDir, servers),
  ];
}
