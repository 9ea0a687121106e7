import { TulleError } from "@tulle/core/errors";
import { localBucket, localCode } from "../../code/local-code.ts";
import { type Body, textMember } from "../../functions/body.ts";
import { updateInProgress } from "../../functions/lifecycle.ts";
import type { CodeReference } from "../../functions/record.ts";
import { rootPrincipal } from "../../identity/authenticator.ts";
import { invalidParameter } from "../errors.ts";
import type { ApiRequest, ApiServices } from "../request.ts";

/** The members that say where code comes from: `ZipFile`, or `S3Bucket` and `S3Key`. */
export async function codeOf(
  services: ApiServices,
  request: Pick<ApiRequest, "caller">,
  code: Body,
): Promise<CodeReference> {
  return services.code.add(await zipOf(services, request, code));
}

async function zipOf(
  services: ApiServices,
  request: Pick<ApiRequest, "caller">,
  code: Body,
): Promise<Uint8Array> {
  const zipFile = textMember(code, "ZipFile");
  if (zipFile !== undefined) return Buffer.from(zipFile, "base64");
  const bucket = textMember(code, "S3Bucket");
  const key = textMember(code, "S3Key");
  if (bucket === undefined || key === undefined) {
    throw invalidParameter("Please provide a source for function code.");
  }
  if (bucket !== localBucket) {
    throw invalidParameter(
      "Error occurred while GetObject. S3 Error Code: NoSuchBucket. " +
        "S3 Error Message: The specified bucket does not exist",
    );
  }
  if (request.caller !== rootPrincipal) {
    throw new TulleError(
      "TULLE3016",
      `Only root credentials may deploy from a local path, not ${request.caller}.`,
    );
  }
  return localCode(key, services.codeFolder);
}

/** Runs a change of a function's code; a second one of the same function is refused meanwhile. */
export async function whileChanging<T>(
  services: ApiServices,
  functionName: string,
  change: () => Promise<T>,
): Promise<T> {
  if (services.changing.has(functionName)) throw updateInProgress(services, functionName);
  services.changing.add(functionName);
  try {
    return await change();
  } finally {
    services.changing.delete(functionName);
  }
}
