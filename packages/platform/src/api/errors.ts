import { formatLambdaError, type LambdaErrorOptions, lambdaErrors } from "@tulle/aws/lambda";
import { isTulleError } from "@tulle/core/errors";

/** Errors of the Lambda API, thrown anywhere behind it and spelled on the wire by `formatLambdaError`. */
export class ApiError extends Error {
  /** AWS's name of the error, as in `x-amzn-ErrorType`. */
  readonly code: string;
  /** Why a call was throttled. */
  readonly reason: string | undefined;
  readonly retryAfterSeconds: number | undefined;
  /** Our own code, where the platform and not Lambda refuses. */
  readonly tulleCode: string | undefined;

  constructor(
    code: string,
    message: string,
    options: { reason?: string; retryAfterSeconds?: number; tulleCode?: string; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "ApiError";
    this.code = code;
    this.reason = options.reason;
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.tulleCode = options.tulleCode;
  }
}

export function invalidParameter(message: string): ApiError {
  return new ApiError("InvalidParameterValueException", message);
}

export function notFound(message: string): ApiError {
  return new ApiError("ResourceNotFoundException", message);
}

export function conflict(message: string): ApiError {
  return new ApiError("ResourceConflictException", message);
}

/** The answer to a `RevisionId` that is no longer the current one. */
export function staleRevision(): ApiError {
  return new ApiError(
    "PreconditionFailedException",
    "The Revision Id provided does not match the latest Revision Id. " +
      "Call the GetFunction/GetAlias API to retrieve the latest Revision Id",
  );
}

const notUnzipped = "Could not unzip uploaded file. Please check your file, then try to upload again.";

/** Turns whatever was thrown into an answer: Lambda's words where it has some, and our code beside them. */
export function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (!isTulleError(error)) {
    return new ApiError("ServiceException", "The platform failed to handle the request.", { cause: error });
  }
  const options = { tulleCode: error.code, cause: error };
  switch (error.code) {
    case "TULLE3010":
      return new ApiError("InvalidParameterValueException", notUnzipped, options);
    case "TULLE3011":
    case "TULLE3012":
      return new ApiError(
        "InvalidParameterValueException",
        `${notUnzipped} ${error.code}: ${error.message}`,
        options,
      );
    case "TULLE3013":
      return new ApiError("InvalidParameterValueException", error.message, options);
    case "TULLE3014":
      return new ApiError("InvalidParameterValueException", "Uploaded file must be a non-empty zip", options);
    case "TULLE3016":
      return new ApiError("AccessDeniedException", `${error.code}: ${error.message}`, options);
    case "TULLE3015":
    case "TULLE3017":
    case "TULLE3021":
    case "TULLE3101":
      return new ApiError("InvalidParameterValueException", `${error.code}: ${error.message}`, options);
    default:
      return new ApiError("ServiceException", `${error.code}: ${error.message}`, options);
  }
}

/** Statuses of what only this platform answers. */
const ownStatuses: Readonly<Record<string, number>> = {
  NotImplementedException: 501,
  ServiceUnavailableException: 503,
  UnknownOperationException: 404,
};

/** HTTP status of an error. */
export function statusOf(error: ApiError): number {
  return lambdaErrors[error.code]?.status ?? ownStatuses[error.code] ?? 400;
}

/** An error as it goes out. Our own code travels in a header of its own, so that AWS's body stays AWS's. */
export function errorAnswer(
  error: ApiError,
  requestId: string,
): { readonly status: number; readonly headers: Record<string, string>; readonly body: string } {
  const options: LambdaErrorOptions = {
    requestId,
    status: statusOf(error),
    reason: error.reason,
    retryAfterSeconds: error.retryAfterSeconds,
  };
  const { status, headers, body } = formatLambdaError(error.code, error.message, options);
  return {
    status,
    body,
    headers: error.tulleCode === undefined ? headers : { ...headers, "tulle-code": error.tulleCode },
  };
}
