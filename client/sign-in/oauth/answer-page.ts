const words = {
  done: [
    "You can go back to the terminal",
    "The answer has arrived there, and this window may be closed.",
    "터미널로 돌아가세요",
    "응답이 터미널에 도착했습니다. 이 창은 닫아도 됩니다.",
  ],
  refused: [
    "The sign-in was refused",
    "The terminal says why. This window may be closed.",
    "로그인이 거부되었습니다",
    "이유는 터미널에 있습니다. 이 창은 닫아도 됩니다.",
  ],
  foreign: [
    "This is no answer that the terminal waits for",
    "Start the sign-in again from the terminal.",
    "터미널이 기다리는 응답이 아닙니다",
    "터미널에서 로그인을 다시 시작하세요.",
  ],
} as const;

/**
 * The page that the browser shows at the end. It holds nothing of the request.
 *
 * @param outcome what came of the answer
 */
export function answerPage(outcome: keyof typeof words): string {
  const [title, text, koreanTitle, koreanText] = words[outcome];
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>CLEANAUTH</title>
<style>
  :root { color-scheme: light dark; font: 1.1rem/1.5 system-ui, sans-serif; }
  body { display: grid; min-height: 90vh; place-content: center; padding: 1rem; }
  h1 { font-size: 1.3rem; margin: 1.5rem 0 0; }
  p { margin: 0; opacity: 0.8; }
</style>
<h1>${title}</h1>
<p>${text}</p>
<h1 lang="ko">${koreanTitle}</h1>
<p lang="ko">${koreanText}</p>
</html>
`;
}
