/** Amazon Resource Names: `arn:partition:service:region:account-id:resource`. */
export interface Arn {
  readonly partition: string;
  readonly service: string;
  /** Empty for global services. */
  readonly region: string;
  /** Empty where the resource's own name is global, as for S3 buckets. */
  readonly accountId: string;
  /** Everything after the fifth colon, colons included. */
  readonly resource: string;
}

/** Longest ARN that any service documents, in characters. */
const MAX_ARN_CHARACTERS = 2048;

/**
 * Splits an ARN; null for anything else. Says nothing about whether the resource exists or its name is
 * legal.
 */
export function parseArn(text: string): Arn | null {
  if (text.length > MAX_ARN_CHARACTERS) return null;
  const match = /^arn:([a-z][a-z0-9-]*):([a-z0-9-]+):([a-z0-9-]*):([0-9]{12}|aws|):(.+)$/s.exec(text);
  if (match === null) return null;
  const [, partition, service, region, accountId, resource] = match as unknown as string[];
  return {
    partition: partition!,
    service: service!,
    region: region!,
    accountId: accountId!,
    resource: resource!,
  };
}

/** Spells an ARN. */
export function formatArn(arn: Arn): string {
  return `arn:${arn.partition}:${arn.service}:${arn.region}:${arn.accountId}:${arn.resource}`;
}

/** The partition that a region belongs to. Source: AWS SDK `partitions.json`, November 2026. */
export function partitionOf(region: string): string {
  for (const [prefix, partition] of PARTITION_BY_PREFIX) if (region.startsWith(prefix)) return partition;
  return "aws";
}

const PARTITION_BY_PREFIX: readonly (readonly [prefix: string, partition: string])[] = [
  ["cn-", "aws-cn"],
  ["us-gov-", "aws-us-gov"],
  ["us-isob-", "aws-iso-b"],
  ["us-isof-", "aws-iso-f"],
  ["us-iso-", "aws-iso"],
  ["eu-isoe-", "aws-iso-e"],
  ["eusc-", "aws-eusc"],
];
