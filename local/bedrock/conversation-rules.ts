import type { ContentBlock, ConverseBody, Message } from "./converse-request.ts";
import { ServiceError } from "./service-error.ts";
import { checkTools } from "./tool-rules.ts";

/**
 * Holds a conversation against the rules that Converse has beyond its schema: who speaks first and
 * last, that roles alternate, that nothing is empty, that each tool use is answered in the next turn.
 *
 * @param body a body that fits the schema
 * @throws ServiceError `ValidationException` with the service's words
 */
export function checkConversation(body: ConverseBody): void {
  const { messages } = body;
  if (messages[0]?.role !== "user") {
    refuse(
      "A conversation must start with a user message. Try again with a conversation that starts with a user message.",
    );
  }
  for (const [index, message] of messages.entries()) {
    if (index > 0 && message.role === messages[index - 1]?.role) {
      refuse(
        "A conversation must alternate between user and assistant roles. Make sure the conversation alternates between user and assistant roles and try again.",
      );
    }
    checkContent(message, `messages.${index}`);
  }
  for (const [index, { text }] of body.system.entries()) {
    if (text !== undefined && text.trim() === "") {
      refuse(
        `The text field in the SystemContentBlock object at system.${index} is blank. Add text to the text field, and try again.`,
      );
    }
  }
  checkToolTurns(messages);
  if (body.toolConfig === undefined) {
    if (messages.some(({ content }) => content.some(isToolBlock))) {
      refuse(
        "The toolConfig field must be defined when using toolUse and toolResult content blocks.",
      );
    }
  } else {
    checkTools(body.toolConfig);
  }
  if (messages.at(-1)?.role !== "user") {
    refuse(
      "The model that you are using requires the last turn in the conversation to be a user message. Add a user message to the conversation and try again.",
    );
  }
}

function checkContent({ role, content }: Message, path: string): void {
  if (content.length === 0) {
    refuse(
      `The content field in the Message object at ${path} is empty. Add a ContentBlock object to the content field and try again.`,
    );
  }
  for (const [index, block] of content.entries()) {
    const at = `${path}.content.${index}`;
    if (Object.keys(block).length !== 1) {
      refuse(`The ContentBlock object at ${at} must set exactly one field.`);
    }
    for (const field of ["image", "document", "video", "audio"] as const) {
      if (block[field] !== undefined) {
        refuse(
          `This model doesn't support the ${field} field for ${role} messages. Remove ${field} and try again.`,
        );
      }
    }
    if (block.text !== undefined && block.text.trim() === "") {
      refuse(
        `The text field in the ContentBlock object at ${at} is blank. Add text to the text field, and try again.`,
      );
    }
    checkToolBlock(block, role, at);
  }
}

function checkToolBlock({ toolUse, toolResult }: ContentBlock, role: Message["role"], at: string) {
  if (toolUse !== undefined) {
    if (role !== "assistant")
      refuse(`The toolUse field at ${at} is not supported for user messages.`);
    if (!isObject(toolUse.input)) refuse(invalidFormat(`${at}.toolUse.input`));
  }
  if (toolResult === undefined) return;
  if (role !== "user") {
    refuse(`The toolResult field at ${at} is not supported for assistant messages.`);
  }
  if (toolResult.status === "error" && toolResult.content.length === 0) {
    refuse(`The content field at ${at}.toolResult cannot be empty when status value is error.`);
  }
  for (const [index, part] of toolResult.content.entries()) {
    if (part.json !== undefined && !isObject(part.json)) {
      refuse(invalidFormat(`${at}.toolResult.content.${index}.json`));
    }
    if (part.text === "") {
      refuse(
        "The model returned the following errors: messages: text content blocks must be non-empty",
      );
    }
  }
}

/** Every tool use is answered in the very next turn, and nothing else is. */
function checkToolTurns(messages: readonly Message[]): void {
  for (const [index, { content }] of messages.entries()) {
    const asked = (messages[index - 1]?.content ?? []).flatMap(
      ({ toolUse }) => toolUse?.toolUseId ?? [],
    );
    const repeated = asked.findIndex((id, position) => asked.indexOf(id) !== position);
    if (repeated >= 0) {
      refuse(
        `The model returned the following errors: messages.${index - 1}.content.${repeated}: \`tool_use\` ids must be unique`,
      );
    }
    const answered = content.flatMap(({ toolResult }) => toolResult?.toolUseId ?? []);
    if (answered.length > asked.length) {
      refuse(
        `The number of toolResult blocks at messages.${index}.content exceeds the number of toolUse blocks of previous turn.`,
      );
    }
    const open = asked.filter((id) => !answered.includes(id));
    if (open.length > 0) {
      refuse(
        `Expected toolResult blocks at messages.${index}.content for the following Ids: ${open.join(", ")}`,
      );
    }
  }
}

function isToolBlock({ toolUse, toolResult }: ContentBlock): boolean {
  return toolUse !== undefined || toolResult !== undefined;
}

function invalidFormat(path: string): string {
  return `The format of the value at ${path} is invalid. Provide a json object for the field and try again.`;
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function refuse(message: string): never {
  throw new ServiceError("ValidationException", message);
}
