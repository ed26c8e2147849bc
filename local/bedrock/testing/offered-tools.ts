import type { ToolSpecification } from "../converse-request.ts";

type Properties = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** A tool as a request offers it; every property is required unless the list says otherwise. */
export function tool(
  name: string,
  description: string,
  properties: Properties,
  required: readonly string[] = Object.keys(properties),
): ToolSpecification {
  return { name, description, inputSchema: { type: "object", properties, required } };
}

/** Twelve tools of very different kinds, offered all at once. */
export const twelveTools: readonly ToolSpecification[] = [
  tool(
    "whoami",
    "Who is signed in: the verified identity of the caller, and when the token expires.",
    {},
  ),
  tool("get_forecast", "Weather forecast for a place in the United States.", {
    latitude: { type: "number", description: "Degrees north", minimum: -90, maximum: 90 },
    longitude: { type: "number", description: "Degrees east", minimum: -180, maximum: 180 },
  }),
  tool("get_alerts", "Weather warnings that are in force in a US state.", {
    state: { type: "string", description: "Two-letter state code", pattern: "^[A-Z]{2}$" },
  }),
  tool("list_notes", "Lists the user's notes, the newest first. Use search_notes to find one.", {}),
  tool("add_note", "Keeps a note for the user.", {
    text: { type: "string", description: "The note", minLength: 1, maxLength: 2000 },
  }),
  tool("search_notes", "Finds the user's notes that contain some words.", {
    query: { type: "string", description: "Words that the notes contain" },
  }),
  tool("delete_note", "Deletes one of the user's notes for good.", {
    id: { type: "string", description: "The note's id" },
  }),
  tool("host_status", "Load, memory, disk and uptime of the machine that the server runs on.", {}),
  tool("convert_currency", "Converts an amount of money from one currency into another.", {
    amount: { type: "number", description: "How much", exclusiveMinimum: 0 },
    from: { type: "string", description: "Currency code to convert from, such as USD" },
    to: { type: "string", description: "Currency code to convert into" },
  }),
  tool("book_table", "Books a table at a restaurant.", {
    restaurant: { type: "string", description: "Name of the restaurant" },
    people: { type: "integer", description: "Number of people", minimum: 1, maximum: 20 },
    date: { type: "string", description: "Day of the visit", format: "date" },
  }),
  tool(
    "set_thermostat",
    "Sets the target temperature of the thermostat.",
    {
      temperature: { type: "number", description: "Target temperature" },
      unit: { type: "string", enum: ["celsius", "fahrenheit"], default: "celsius" },
    },
    ["temperature"],
  ),
  tool("translate_text", "Translates a text into another language.", {
    text: { type: "string", description: "Text to translate" },
    target_language: { type: "string", description: "Language code (ISO 639-1), such as ko" },
  }),
];

/** Tools of other worlds, with forms of names, schemas and descriptions that the twelve do not have. */
export const otherTools: readonly ToolSpecification[] = [
  tool("sendEmail", "Sends an e-mail message.", {
    to: { type: "string", format: "email" },
    subject: { type: "string", description: "Subject line" },
    body: { type: "string", description: "Text of the message" },
  }),
  tool(
    "play_music",
    "Plays a song by title or artist.",
    {
      song: { type: "string", description: "Title of the song" },
      artist: { anyOf: [{ type: "string" }, { type: "null" }] },
      volume: { type: "integer", description: "Volume in percent", minimum: 0, maximum: 100 },
    },
    ["song"],
  ),
  tool(
    "search_flights",
    "Searches for flights between two cities.",
    {
      origin: { type: "string", description: "City of departure" },
      destination: { type: "string", description: "City of arrival" },
      date: { type: "string", description: "Day of departure, YYYY-MM-DD" },
      passengers: { type: "integer", minimum: 1, maximum: 9, default: 1 },
    },
    ["origin", "destination", "date"],
  ),
  tool("set_light", "Switches the light of a room on or off.", {
    room: { type: "string", enum: ["kitchen", "living_room", "bedroom"] },
    on: { type: "boolean", description: "Whether the light is on" },
  }),
  tool("calculate_bmi", "Calculates the body mass index from height and weight.", {
    height_cm: { type: "number", description: "Height in centimetres", minimum: 50, maximum: 250 },
    weight_kg: { type: "number", description: "Weight in kilograms", minimum: 10, maximum: 400 },
  }),
  tool("track_package", "Tracks a parcel.", {
    tracking_number: { type: "string", description: "Tracking number of the parcel" },
  }),
  tool("get_stock_price", "Current price of a share.", {
    symbol: { type: "string", description: "Ticker symbol", pattern: "^[A-Z]{1,5}$" },
  }),
  tool("add_to_shopping_list", "Adds items to the shopping list.", {
    items: { type: "array", items: { type: "string" }, description: "What to buy" },
  }),
  tool("get_time", "Current time in a city.", {
    city: { type: "string", description: "Name of the city" },
  }),
  tool(
    "roll_dice",
    "Rolls dice.",
    {
      sides: { type: "integer", description: "Number of sides", minimum: 2, default: 6 },
      count: { type: "integer", description: "Number of dice", minimum: 1, default: 1 },
    },
    [],
  ),
  tool("move_file", "Moves a file to another folder.", {
    source: { type: "string", description: "File to move" },
    destination: { type: "string", description: "Folder to move it to" },
  }),
  tool("convert_units", "Converts a value between units of length.", {
    value: { type: "number" },
    from_unit: { type: "string", enum: ["m", "km", "mile", "foot"] },
    to_unit: { type: "string", enum: ["m", "km", "mile", "foot"] },
  }),
  tool("lookup_balance", "계좌의 잔액을 조회합니다.", {
    account: { type: "string", description: "계좌 번호", pattern: "^\\d{3}-\\d{4}$" },
  }),
  tool(
    "order_coffee",
    "Orders a coffee for pickup.",
    {
      drink: { type: "string", enum: ["americano", "latte", "mocha"] },
      size: { type: "string", enum: ["small", "medium", "large"] },
      quantity: { type: "integer", description: "How many cups", minimum: 1, default: 1 },
    },
    ["drink", "size"],
  ),
  tool("assign_task", "Assigns a task to a member of the team.", {
    task: { type: "string", description: "What is to be done" },
    assignee: { type: "string", description: "Who is to do it" },
  }),
  tool(
    "find_pharmacy",
    "Finds pharmacies in a city.",
    { city: { type: "string" }, open_now: { type: "boolean", description: "Only those open now" } },
    ["city"],
  ),
  tool("create_event", "Creates an event in the calendar.", {
    event: {
      type: "object",
      properties: {
        title: { type: "string", description: "Title of the event" },
        day: { type: "string", format: "date" },
      },
      required: ["title", "day"],
    },
  }),
];
