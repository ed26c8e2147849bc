import { runTerminal } from "../../client/terminal/run-terminal.ts";
import { createInMemoryServices, password } from "../../client/testing/in-memory-services.ts";

// The terminal interface with a model that says what the test wants to see; its question is the name.
const table = `## 오늘의 날씨

| 도시 | 날씨 | °C |
|---|:-:|---:|
| 서울 | 맑음 ☀️ | 12 |
| New York | cafe\u0301 | -3 |

1. **첫째** \`code\`
2. [자세히](https://weather.example/x)

> 인용문입니다.

\`\`\`ts
const 온도 = 12; // °C
\`\`\`
`;
const long = Array.from({ length: 1_000 }, (_, line) => `- ${line} 번째 줄, **굵게** 쓴다`).join(
  "\n",
);

process.exitCode = await runTerminal({
  services: createInMemoryServices({
    answers: { table, long },
    pace: Number(process.env.PACE ?? 0),
  }),
  username: "demo",
  password,
});
process.exit();
