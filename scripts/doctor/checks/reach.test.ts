import { describe, it } from "vitest";
import { parseCidr } from "../../ingress/cidr.ts";
import type { IngressRule } from "../../ingress/ingress-rule.ts";
import { type Case, expectVerdict } from "../testing/expect-verdict.ts";
import { judgeReach } from "./reach.ts";

const url = new URL("http://ec2-1.example.com:8080");
const rule: IngressRule = {
  id: "sgr-1",
  protocol: "tcp",
  ports: "8080",
  source: "203.0.113.0/24",
  description: "",
  opening: null,
};
const unreached = {
  url,
  direct: { failure: "no answer in 5 s" },
  isTunnelled: false,
  rules: [rule],
  address: parseCidr("203.0.113.7"),
};

describe("the way from here to the server", () => {
  it.each<Case>([
    [
      "it answers",
      judgeReach({ ...unreached, direct: { status: 200, body: "" } }),
      /ec2-1.example.com:8080 answers/,
      null,
    ],
    ["it answers over a tunnel", judgeReach({ ...unreached, isTunnelled: true }), /tunnel/, null],
    [
      "the ingress rule is missing",
      judgeReach({ ...unreached, rules: [] }),
      /no inbound rule lets 203.0.113.7\/32 reach port 8080/,
      /^make sg-open/,
    ],
    [
      "there are rules for another address and another port",
      judgeReach({
        ...unreached,
        rules: [
          { ...rule, source: "198.51.100.1/32" },
          { ...rule, ports: "8501" },
          { ...rule, source: "sg-9" },
          { ...rule, protocol: "udp" },
        ],
      }),
      /no inbound rule/,
      /^make sg-open/,
    ],
    [
      "a rule lets in, and nothing answers",
      judgeReach(unreached),
      /a rule lets 203.0.113.7\/32 in, and .* does not answer \(no answer in 5 s\)/,
      /make bootstrap/,
    ],
    [
      "a wide rule lets in",
      judgeReach({
        ...unreached,
        rules: [{ ...rule, protocol: "all", ports: "all", source: "0.0.0.0/0" }],
      }),
      /a rule lets/,
      /make bootstrap/,
    ],
    [
      "one's own address is not known, and there is no rule at all",
      judgeReach({ ...unreached, rules: [], address: null }),
      /no inbound rule lets this machine/,
      /make sg-open/,
    ],
    [
      "one's own address is not known, and there are rules",
      judgeReach({ ...unreached, address: null }),
      /address is not known/,
      /make sg-open CIDR=/,
    ],
    [
      "the certificate is not trusted",
      judgeReach({ ...unreached, direct: { failure: "DEPTH_ZERO_SELF_SIGNED_CERT" } }),
      /certificate .* is not trusted here/,
      /make bootstrap/,
    ],
    [
      "the server refuses the name that it is called by",
      judgeReach({ ...unreached, direct: { status: 403, body: "" } }),
      /it answered 403/,
      /make bootstrap/,
    ],
  ])("%s", (_situation, verdict, detail, fix) => expectVerdict(verdict, detail, fix));
});
