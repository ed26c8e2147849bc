// Loaded before a program: its clock can be set forward and back by a message, as an administrator or
// a virtual machine that was asleep does it. Timers go on, as they do then.
const RealDate = Date;
let shiftMilliseconds = 0;

globalThis.Date = class extends RealDate {
  constructor(...args) {
    if (args.length === 0) super(RealDate.now() + shiftMilliseconds);
    else super(...args);
  }
  static now() {
    return RealDate.now() + shiftMilliseconds;
  }
};

process.on("message", (message) => {
  if (typeof message?.shiftMilliseconds === "number") ({ shiftMilliseconds } = message);
});
