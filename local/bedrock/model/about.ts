/** What a user may ask of the model itself. */
export type Remark = "greeting" | "thanks" | "about" | "never_mind";

const forms: readonly (readonly [Remark, RegExp])[] = [
  [
    "greeting",
    /^(hi|hello|hey|howdy|yo|good (morning|afternoon|evening))( there| you| all)?[\s!.,~]*$|^(안녕(하세요|하십니까)?|반가워요?|반갑습니다|하이|헬로)[\s!.,~^]*$/iu,
  ],
  [
    "thanks",
    /^(thanks|thank you|thx|ty|great|cool|nice|perfect)( a lot| very much| so much)?[\s!.,~]*$|^(고마워요?|고맙습니다|감사합니다|감사해요?|땡큐|잘했어요?)[\s!.,~^]*$/iu,
  ],
  [
    "never_mind",
    /^(never ?mind|forget it|cancel( that)?|no|nope|stop)[\s!.]*$|^(됐어요?|아니(야|요|오)?|취소(해|해줘|해 줘)?|그만)[\s!.]*$/iu,
  ],
  [
    "about",
    /^(help|\?+|what can (you|i) (do|ask|say)|how can you help|how (do|does) (you|this|it) work|what do you do|what tools)/iu,
  ],
  [
    "about",
    /\b(who|what) are you\b|\bare you (a |an |the )?(real|human|ai|bot|llm|language|claude|chatgpt|gpt|nova|person|robot|model)|\b(which|what) (language )?model\b|\bdo you (really |even )?(understand|speak|know)\b|\bcan you (really )?(understand|speak|think)\b|\bwhat('s| is) your name\b|\bintroduce yourself\b/iu,
  ],
  [
    "about",
    /^(도움말|도와줘|도와 줘|사용법|뭐 ?할 수 있|뭘 ?할 수 있|무엇을 할 수 있|어떤 도구|무슨 도구|어떻게 (써|사용해))|(너는|넌|너|당신은|네가|니가) ?(대체 |도대체 )?(누구|뭐야|뭐니|뭐 하는|무엇|진짜|사람|인공지능|AI|어떤 모델|무슨 모델)|(무슨|어떤) (언어 ?)?모델|(말|언어|한국어|영어)(을|를)? ?(이해|알아들)|네? ?이름이? ?(뭐|무엇)|자기 ?소개/iu,
  ],
];

/**
 * Whether a text speaks to the model rather than asks for something.
 *
 * @param text as the user wrote it
 */
export function remarkIn(text: string): Remark | undefined {
  const plain = text.normalize("NFC").replace(/\s+/g, " ").trim();
  return forms.find(([, form]) => form.test(plain))?.[0];
}
