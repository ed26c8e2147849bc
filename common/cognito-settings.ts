import { z } from "zod";

/** `REGION_ID`, as Cognito names its pools. */
export const poolIdSetting = z
  .string()
  .regex(/^[a-z]{2}(-[a-z]+)+-\d_[0-9a-zA-Z]{1,55}$/, "must have the form REGION_ID");

/** An app client's id: 1 to 128 letters, digits, `_` and `+`, as Cognito's API reference says. */
export const clientIdSetting = z
  .string()
  .regex(/^[\w+]{1,128}$/, "must be an app client id: letters, digits, _ and +");

/** An AWS region's name, for instance `ap-northeast-2`. */
export const regionSetting = z
  .string()
  .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, "must be a region such as us-east-1");

/**
 * The region that a pool lives in: the part of its id before the underscore.
 *
 * @param poolId a valid pool id
 */
export function regionOfPool(poolId: string): string {
  return poolId.slice(0, poolId.indexOf("_"));
}

/**
 * The issuer of a pool's tokens, which is also the base of its discovery documents.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-verifying-a-jwt.html
 *
 * @param poolId a valid pool id
 */
export function issuerOfPool(poolId: string): string {
  return `https://cognito-idp.${regionOfPool(poolId)}.amazonaws.com/${poolId}`;
}
