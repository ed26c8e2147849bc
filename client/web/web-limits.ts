/** What one server gives to all who open its page together, and to each of them. */
export interface WebLimits {
  /** Screens, those included that wait for their browser to come back. */
  readonly connections: number;
  readonly connectionsPerAddress: number;
  /** Connections that one address may open: so many at once, then so many a minute. */
  readonly connectionBurst: number;
  readonly connectionsPerMinute: number;
  /** How long a screen is kept for a browser whose connection broke. */
  readonly keepSeconds: number;
  /** Answers to a sign-in from one address: so many at once, then so many a minute. */
  readonly signInBurst: number;
  readonly signInsPerMinute: number;
  /** A screen on which nobody has signed in for so long is closed, whatever is typed there. */
  readonly signInSeconds: number;
  /** Without a key pressed for so long, a connection is closed. */
  readonly idleSeconds: number;
  /** How often a connection is asked whether it is still there; two times without answer end it. */
  readonly pingSeconds: number;
  /** A connection that does not say how large its screen is within this time is closed. */
  readonly firstMessageSeconds: number;
  /** Nothing is drawn while more than this waits to be sent. */
  readonly backlogBytes: number;
  /** A reader that is this long behind is gone. */
  readonly slowReaderSeconds: number;
  /**
   * In characters. More than this in a row, refilled at a sixteenth of it each second, is no typing; a
   * frame and a new size count as some characters too.
   */
  readonly inputBurst: number;
}

export const defaultLimits: WebLimits = {
  connections: 100,
  connectionsPerAddress: 20,
  connectionBurst: 120,
  connectionsPerMinute: 60,
  keepSeconds: 3 * 60,
  signInBurst: 20,
  signInsPerMinute: 4,
  signInSeconds: 15 * 60,
  idleSeconds: 30 * 60,
  pingSeconds: 30,
  firstMessageSeconds: 10,
  backlogBytes: 256 * 1024,
  slowReaderSeconds: 30,
  inputBurst: 512 * 1024,
};
