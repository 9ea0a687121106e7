import { rewriteFields } from "./fields.ts";
import type {
  CommandInput,
  PhysicalNames,
  ResourceCall,
  ResourceDriver,
  WireChange,
  WireRequest,
} from "./kind.ts";

/**
 * Buckets: `Bucket`, and the first part of `CopySource`.
 *
 * In a request the bucket is the first label of the host (`BUCKET.s3.REGION.amazonaws.com`) or, with
 * path-style addressing and on most endpoints that stand in for S3, the first segment of the path.
 */
export const s3Bucket: ResourceDriver = {
  kind: "s3.bucket",
  serviceId: "S3",
  signingName: "s3",
  rewriteInput,
  rewriteRequest,
};

function rewriteInput(input: CommandInput, call: ResourceCall): CommandInput {
  const rewritten = rewriteFields(input, [["Bucket"]], call.physicalOf);
  const source = input["CopySource"];
  if (typeof source !== "string") return rewritten;
  const copySource = rewriteCopySource(source, call.physicalOf);
  return copySource === source ? rewritten : { ...rewritten, CopySource: copySource };
}

function rewriteRequest(request: WireRequest, { physicalOf }: PhysicalNames): WireChange | null {
  const target = rewriteHost(request, physicalOf) ?? rewritePath(request, physicalOf);
  const source = request.headers["x-amz-copy-source"];
  const copySource = source === undefined ? undefined : rewriteCopySource(source, physicalOf);
  if (copySource === source) return target;
  return { ...target, headers: { "x-amz-copy-source": copySource! } };
}

/**
 * A name with dots or capitals cannot be a host label, so the SDK sends it by path and this leaves it alone.
 */
function rewriteHost(request: WireRequest, physicalOf: PhysicalNames["physicalOf"]): WireChange | null {
  const match = /^(.+?)\.(s3[.-].+\.amazonaws\.com.*)$/.exec(request.host);
  const physical = match === null ? null : physicalOf(match[1]!);
  return physical === null ? null : { host: `${physical}.${match![2]}` };
}

function rewritePath(request: WireRequest, physicalOf: PhysicalNames["physicalOf"]): WireChange | null {
  const match = /^\/([^/?]+)(.*)$/s.exec(request.path);
  const physical = match === null ? null : physicalOf(decode(match[1]!));
  return physical === null ? null : { path: `/${encodeURIComponent(physical)}${match![2]}` };
}

/** `bucket/key` or `/bucket/key`; the key keeps its escapes. Access point ARNs name no bucket. */
function rewriteCopySource(source: string, physicalOf: PhysicalNames["physicalOf"]): string {
  const match = /^(\/?)([^/]+)(\/.*)$/s.exec(source);
  const physical = match === null ? null : physicalOf(decode(match[2]!));
  return physical === null ? source : `${match![1]}${physical}${match![3]}`;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
