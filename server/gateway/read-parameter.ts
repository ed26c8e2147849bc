/** A secret that is changed is seen so soon by what starts then. */
const rememberedMilliseconds = 60_000;

/**
 * Makes what reads SSM parameters, with the host's own role. The AWS SDK is loaded on first use: most
 * servers files name no parameter.
 *
 * @param region where the parameters are
 * @returns reads one, decrypted; fails with the SDK's error
 */
export function createParameterReader(region: string): (name: string) => Promise<string> {
  const remembered = new Map<string, { readonly value: string; readonly since: number }>();
  return async (name) => {
    const known = remembered.get(name);
    if (known !== undefined && performance.now() - known.since < rememberedMilliseconds) {
      return known.value;
    }
    const { GetParameterCommand, SSMClient } = await import("@aws-sdk/client-ssm");
    const ssm = new SSMClient({ region });
    try {
      const { Parameter } = await ssm.send(
        new GetParameterCommand({ Name: name, WithDecryption: true }),
      );
      const value = Parameter?.Value ?? "";
      remembered.set(name, { value, since: performance.now() });
      return value;
    } finally {
      ssm.destroy();
    }
  };
}
