import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { createSrpKeyPair, signPasswordClaim, srpTimestamp } from "./srp.ts";

// Made with AWS's own arithmetic, `AuthenticationHelper` of amazon-cognito-identity-js 6.3, from fixed
// private values.
const timestamp = "Mon Jan 2 03:04:05 UTC 2006";
const vectors = [
  {
    poolName: "Ab1cD2eF3",
    userIdForSrp: "demo",
    password: "Sesam-1234",
    privateValue:
      "1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f",
    publicValueDigest: "22a032df72393e7462b47f564375b9ddb959b2cb7d6164ad510c1a1971597b25",
    salt: "f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0",
    serverPublicValue: hex`
      c6a088347e6ba29077e269cb8707be7c94a11e718b402882f219abbaa56c5f7bdfb02e65029d151f297f
      4632e6fded838e983ea9d824f51cd4bdce52536f0eeb2fc37adefacb10bb0eb08df220f8bc53da606ccb
      f9eb262d37d44a04415dec17c63eaaef6164c1f0f4aee615fb7dbdcb93cee70f8d4d42deb87f722e3a4d
      95e81bc86edffea90a439fa5044e20f83c5b94c53cb81b547efcecab5a1b4a6c65cd0643f81a016169ca
      d5f66cb1778cfa4897f2c2f76db5285703cc29d2ffde9259d662684047f7591914c26872b6826eedfb2b
      e88bfe2c9561ffe1cc2496ea8c8d2fb037d47933cffbbd9c5c47d4929744ac6c790a4531765a6c709acf
      c5bd68d72c8087e2438815a03efbafa79ab5da6e3831c9639f2b1b807ea8b912ee6c790f013d912ae501
      fdd46f79be77038c6c629ac9563c41872b6de50b8bd1481250965acd49dd08390a1e3dbf88b0db8a1020
      2778edddacaf5c56489cc517eb41280645dba71b21a5d998f1b2df420117ba3cb9924e5223c1f4d0a572
      c0ef1a18b8b2
    `,
    secretBlock: "c2VjcmV0IGJsb2NrIG9mIGRlbW8=",
    signature: "IKubO8+Qc2TC07WdEQJb7RyVlBnTwJ4jsaz+aIVXlqY=",
  },
  {
    poolName: "LocalAb1cD2eF3",
    userIdForSrp: "데모",
    password: "비밀번호-Aa1",
    privateValue:
      "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
    publicValueDigest: "0c4880fdf40b0a12ea538ee2087d28abc256d6c2f2b217b8c00e84aeecdfaff5",
    salt: "00121212121212121212121212121212",
    serverPublicValue: hex`
      efc9174c194bdda43d9443caeaacdb017b45b1b36e36b73ba20a007c76977eccc51f277856f22bfc6c23
      8c393eb9594dd042060e194f672d97cb3ac2dc2b041e831577d3fdd1f285e6b8da5cfe2f3ad5df8b7785
      c0decad2e1cc915ecac407357d367272f6ddaeba61e3a0bee1d2f5c83a8aa7cba85a8557d4f7ca147c90
      6356304e2f5adb197098d2c68235db4081e50f1b02067c147cca34ad72ddd09560e02390a4b200ac4426
      01ba54b0bcc9a02895be73bda56593e80efee0e83991f70cb01b761ea608def8799205c96e2beee0eaa9
      967cc3e2175ebe0809b576eac5d6baadf51f00b38ef07440e8ba64f10fcc04941247f9e36dfb918f1cb9
      a311a487a2a4dab44bcb11a05a911980968cdd0df3342af4b614dfe9ae7238601ea7f198df125f2ac648
      701afbfa7f3ab175a581f97b0e8fa30001af53c5dab5b474b2205d40620bd4b87472f4c0dec4c9f75b5a
      5c9ba798790f624742d283eacfc7cd62232a4612667e35c53cf4e5c2100ca1207c9ab8a69e95799bbe4f
      42ddb1e607b4
    `,
    secretBlock: "c2VjcmV0IGJsb2NrIG9mIOuNsOuqqA==",
    signature: "joyks14YPmGrJe4cntFHx1ewAU5/HUyczJLO4PlDn6g=",
  },
  {
    poolName: "Ab1cD2eF3",
    userIdForSrp: "7c1e0b52-0000",
    password: "p@ss word",
    privateValue: "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    publicValueDigest: "f492e081d3d8e686c55cb5ef4e5c1b4ebdb286f3870bbf90450d5f7d919af400",
    salt: "7f000000000000000000000000000000",
    serverPublicValue: hex`
      6823f17eaa3a8f086dc26d65dd986f6a8fd9c917d74a08073330c11de8c4ebee8c6ccefd06095ffdf51f
      7470b549dc15377f13f682582f02456aa9ae29eb88f98472217e2ab1a0aa778187f0b8f189f17087dd04
      b2e9bd5fcc35f7cf1d5486d98fad46179557d437972093cee6c8e29d66c0697a8a738fb6ce7bc5b8935c
      4581eb422fdb892122720a76dc5abc7c41df49134fb80956903d1365b6a43a8e80a4ef39196091ae122f
      b68b53a656023712093aa0a0d2b400c96a2aae01aa7d4a053c7c91efc6598f056345462c62919d7243f9
      85b041137e59639ad7e363c7fd6533846fd4279272787feb09e568162bca66df314cedf58da0d41ead1b
      3011cdcd1dc804c56e17c7cc242d169e89c6cf834095664c01c028e59f16e2ba4b9e32c0c340b24525ed
      2c1ce184f9c1f03c48bea68b2c0650f5bee78a46c6813544c9dbf790f02e4e5bd48550b78567259392af
      350c15ddf854fec0eca4a04cc895efb87f6e1ee343f6e784d6fda8c72f65f3f345339d12caec313cc220
      f5c5914287b3
    `,
    secretBlock: "c2VjcmV0IGJsb2NrIG9mIDdjMWUwYjUyLTAwMDA=",
    signature: "7YEYNinraXxu4ClbaHj4P5ok4yU9zKMnKVZ3c5qcUn4=",
  },
];

describe("signPasswordClaim", () => {
  it.each(vectors)("agrees with AWS's own arithmetic for $userIdForSrp", (vector) => {
    const keyPair = createSrpKeyPair(Buffer.from(vector.privateValue, "hex"));
    expect(createHash("sha256").update(keyPair.publicValue).digest("hex")).toBe(
      vector.publicValueDigest,
    );
    expect(sign(vector, keyPair)).toBe(vector.signature);
  });

  it("signs otherwise for another password, user, pool, salt or time", () => {
    const [vector] = vectors;
    if (vector === undefined) return expect.unreachable();
    const keyPair = createSrpKeyPair(Buffer.from(vector.privateValue, "hex"));
    const signatures = [
      sign(vector, keyPair),
      sign({ ...vector, password: "Sesam-1235" }, keyPair),
      sign({ ...vector, userIdForSrp: "Demo" }, keyPair),
      sign({ ...vector, poolName: "Ab1cD2eF4" }, keyPair),
      sign({ ...vector, salt: "f1".repeat(16) }, keyPair),
      sign(vector, keyPair, "Mon Jan 2 03:04:06 UTC 2006"),
    ];
    expect(new Set(signatures).size).toBe(signatures.length);
  });

  it("takes a new private value for each sign-in", () => {
    expect(createSrpKeyPair().publicValue).not.toBe(createSrpKeyPair().publicValue);
  });

  it.each([
    ["zero", "0"],
    ["the group's prime", prime()],
    ["twice the group's prime", (2n * BigInt(`0x${prime()}`)).toString(16)],
    ["no number", "xyz"],
    ["nothing", ""],
    ["a number that would keep the client busy", "f".repeat(100_000)],
  ])("aborts when the server's public value is %s", (_what, serverPublicValue) => {
    const [vector] = vectors;
    if (vector === undefined) return expect.unreachable();
    expect(sign({ ...vector, serverPublicValue }, createSrpKeyPair())).toBeNull();
  });
});

describe("srpTimestamp", () => {
  it.each([
    ["2006-01-02T03:04:05Z", "Mon Jan 2 03:04:05 UTC 2006"],
    ["2026-11-25T23:59:59.999Z", "Wed Nov 25 23:59:59 UTC 2026"],
  ])("writes %s as %s", (time, written) => {
    expect(srpTimestamp(Date.parse(time))).toBe(written);
  });
});

function sign(
  vector: Omit<(typeof vectors)[number], "signature">,
  keyPair: ReturnType<typeof createSrpKeyPair>,
  at = timestamp,
): string | null {
  const { poolName, password } = vector;
  return signPasswordClaim({ keyPair, poolName, password, challenge: vector, timestamp: at });
}

function hex(text: TemplateStringsArray): string {
  return text.join("").replace(/\s/g, "");
}

/** The 3072-bit prime of RFC 5054, appendix A. */
function prime(): string {
  return hex`
    ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22514a
    08798e3404ddef9519b3cd3a431b302b0a6df25f14374fe1356d6d51c245e485b576625e7ec6f44c42e9
    a637ed6b0bff5cb6f406b7edee386bfb5a899fa5ae9f24117c4b1fe649286651ece45b3dc2007cb8a163
    bf0598da48361c55d39a69163fa8fd24cf5f83655d23dca3ad961c62f356208552bb9ed529077096966d
    670c354e4abc9804f1746c08ca18217c32905e462e36ce3be39e772c180e86039b2783a2ec07a28fb5c5
    5df06f4c52c9de2bcbf6955817183995497cea956ae515d2261898fa051015728e5a8aaac42dad33170d
    04507a33a85521abdf1cba64ecfb850458dbef0a8aea71575d060c7db3970f85a6e1e4c7abf5ae8cdb09
    33d71e8c94e04a25619dcee3d2261ad2ee6bf12ffa06d98a0864d87602733ec86a64521f2b18177b200c
    bbe117577a615d6c770988c0bad946e208e24fa074e5ab3143db5bfce0fd108e4b82d120a93ad2caffff
    ffffffffffff
  `;
}
