import { awsFailure } from "./aws-failure.ts";

/**
 * Makes a call to AWS whose failure is worded for the operator.
 *
 * @param action the IAM action that is tried, `ec2:DescribeVpcs`
 * @param resource what it is tried on
 * @param send makes the call
 * @throws AppError as `awsFailure` words it
 */
export async function callAws<Result>(
  action: string,
  resource: string,
  send: () => Promise<Result>,
): Promise<Result> {
  try {
    return await send();
  } catch (error) {
    throw awsFailure(error, action, resource);
  }
}
