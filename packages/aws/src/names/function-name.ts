/**
 * The ways to name a Lambda function: `fn`, `fn:live`, `123456789012:function:fn`, a whole ARN, and
 * mixtures.
 *
 * The service checks one regular expression in which every part but the name is optional, so text that
 * looks like something else can be legal: `arn:...:function` without a name is the function called
 * `function`. The expression below is the service's, letter for letter as its messages show it, and parsing
 * follows from it. Source: answers recorded from AWS in November 2025; API model of botocore 1.43.
 */

/** What a function name says; null where it is silent. */
export interface FunctionReference {
  readonly partition: string | null;
  readonly region: string | null;
  readonly accountId: string | null;
  readonly name: string;
  /** Version number, alias, `$LATEST` or `$LATEST.PUBLISHED`. */
  readonly qualifier: string | null;
}

export type ParsedFunctionName =
  | ({ readonly kind: "name" | "partialArn" | "arn" } & FunctionReference)
  | { readonly kind: "invalid"; readonly reason: "pattern" | "tooLong" | "empty" };

/** A whole function ARN's parts. */
export interface FunctionArn {
  readonly region: string;
  readonly accountId: string;
  readonly name: string;
  readonly qualifier?: string | null | undefined;
  /** Default: the one the region belongs to. */
  readonly partition?: string | undefined;
}

import { partitionOf } from "./arn.ts";

/** The service's own pattern, as its validation messages print it. */
export const FUNCTION_NAME_PATTERN: string =
  "(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:)?(\\d{12}:)?" +
  "(function:)?([a-zA-Z0-9-_\\.]+)(:(\\$LATEST(\\.PUBLISHED)?|[a-zA-Z0-9-_]+))?";

/** Longest reference that the service looks at, in characters. */
export const MAX_FUNCTION_REFERENCE_CHARACTERS = 256;

/** Longest name of a function itself, in characters. */
export const MAX_FUNCTION_NAME_CHARACTERS = 64;

/** Reads any form of a function's name; never throws. The text is decoded already. */
export function parseFunctionName(text: string): ParsedFunctionName {
  if (text === "") return { kind: "invalid", reason: "empty" };
  if (text.length > MAX_FUNCTION_REFERENCE_CHARACTERS) return { kind: "invalid", reason: "tooLong" };
  const match = PATTERN.exec(text);
  if (match === null) return { kind: "invalid", reason: "pattern" };
  const { arn, partition, region, account, marker, name, qualifier } = match.groups!;
  const bare = arn === undefined && region === undefined && account === undefined && marker === undefined;
  return {
    kind: bare
      ? "name"
      : arn !== undefined && region !== undefined && account !== undefined
        ? "arn"
        : "partialArn",
    partition: partition ?? null,
    region: region ?? null,
    accountId: account ?? null,
    name: name!,
    qualifier: qualifier ?? null,
  };
}

/** Undoes the percent-encoding of a path segment; null where it is not percent-encoding. */
export function decodeFunctionName(segment: string): string | null {
  try {
    return decodeURIComponent(segment);
  } catch {
    return null;
  }
}

/** Spells the ARN of a function, qualified where a qualifier is given. */
export function functionArn(parts: FunctionArn): string {
  const { region, accountId, name, qualifier } = parts;
  const partition = parts.partition ?? partitionOf(region);
  const unqualified = `arn:${partition}:lambda:${region}:${accountId}:function:${name}`;
  return qualifier === undefined || qualifier === null ? unqualified : `${unqualified}:${qualifier}`;
}

const PATTERN = new RegExp(
  "^(?<arn>arn:(?<partition>aws[a-zA-Z-]*)?:lambda:)?" +
    "(?:(?<region>(?:eusc-)?[a-z]{2}(?:-gov|-iso[a-z]?)?-[a-z]+-\\d):)?" +
    "(?:(?<account>\\d{12}):)?(?<marker>function:)?" +
    "(?<name>[a-zA-Z0-9\\-_.]+)(?::(?<qualifier>\\$LATEST(?:\\.PUBLISHED)?|[a-zA-Z0-9\\-_]+))?$",
);
