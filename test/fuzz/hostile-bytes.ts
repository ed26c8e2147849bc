import fc, { type Arbitrary } from "fast-check";
import { headerText, latin1 } from "./odd-values.ts";

const requestLine = fc.constantFrom(
  "POST /mcp HTTP/1.1\r\n",
  "GET /sse HTTP/1.1\r\n",
  "POST /mcp HTTP/9.9\r\n",
  "",
);

/** Bytes on a connection that are no request, or nearly one. */
export const hostileBytes: Arbitrary<string> = fc.oneof(
  fc.uint8Array({ maxLength: 600 }).map(latin1),
  fc
    .tuple(
      requestLine,
      fc.array(
        fc.oneof(
          fc.constantFrom(
            "Host: localhost\r\n",
            "Content-Length: 10\r\n",
            "Content-Length: -1\r\n",
            "Content-Length: 99999999999999999999\r\n",
            "Transfer-Encoding: chunked\r\n",
            "Transfer-Encoding: chunked, identity\r\n",
            "Transfer-Encoding : chunked\r\n",
            "Connection: upgrade\r\nUpgrade: websocket\r\n",
            "Expect: 100-continue\r\n",
            " folded: line\r\n",
            "\r\n",
          ),
          headerText().map((text) => `${text}\r\n`),
          headerText().map((text) => `X: ${text}\n`),
        ),
        { maxLength: 8 },
      ),
      fc.string({ maxLength: 100 }),
    )
    .map(([line, headers, rest]) => `${line}${headers.join("")}\r\n${rest}`),
);
