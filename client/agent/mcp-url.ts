/** Whether an endpoint speaks the older transport, HTTP+SSE; its path says so. */
export function isHttpSse(serverUrl: string): boolean {
  return new URL(serverUrl).pathname.endsWith("/sse");
}
