import { crc32 } from "node:zlib";

/**
 * Frames one message of `application/vnd.amazon.eventstream`: total length, header length and their
 * CRC, the headers, the payload, and the CRC of everything before it; big-endian throughout.
 * https://smithy.io/2.0/aws/amazon-eventstream.html
 *
 * @param headers names and string values; names of at most 255 bytes
 * @param payload sent as JSON
 */
export function encodeEventStreamMessage(
  headers: Readonly<Record<string, string>>,
  payload: unknown,
): Buffer {
  const headerBytes = Buffer.concat(Object.entries(headers).map(encodeHeader));
  const payloadBytes = Buffer.from(JSON.stringify(payload));
  const prelude = Buffer.alloc(preludeLength);
  prelude.writeUInt32BE(
    preludeLength + headerBytes.length + payloadBytes.length + checksumLength,
    0,
  );
  prelude.writeUInt32BE(headerBytes.length, 4);
  prelude.writeUInt32BE(crc32(prelude.subarray(0, 8)), 8);
  const message = Buffer.concat([prelude, headerBytes, payloadBytes]);
  const checksum = Buffer.alloc(checksumLength);
  checksum.writeUInt32BE(crc32(message));
  return Buffer.concat([message, checksum]);
}

/** An event of the stream, for instance `contentBlockDelta`. */
export function encodeEvent(type: string, payload: unknown): Buffer {
  return encodeEventStreamMessage(
    { ":event-type": type, ":content-type": "application/json", ":message-type": "event" },
    payload,
  );
}

/**
 * An exception that ends the stream.
 *
 * @param name the exception's name in the service model, for instance `ModelStreamErrorException`
 */
export function encodeException(name: string, message: string): Buffer {
  return encodeEventStreamMessage(
    {
      ":exception-type": `${name.charAt(0).toLowerCase()}${name.slice(1)}`,
      ":content-type": "application/json",
      ":message-type": "exception",
    },
    { message },
  );
}

const preludeLength = 12;
const checksumLength = 4;
const stringHeaderType = 7;

function encodeHeader([name, value]: [string, string]): Buffer {
  const nameBytes = Buffer.from(name);
  const valueBytes = Buffer.from(value);
  const valueLength = Buffer.alloc(2);
  valueLength.writeUInt16BE(valueBytes.length);
  return Buffer.concat([
    Buffer.from([nameBytes.length]),
    nameBytes,
    Buffer.from([stringHeaderType]),
    valueLength,
    valueBytes,
  ]);
}
