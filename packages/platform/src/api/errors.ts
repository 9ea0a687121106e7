/**
 * The errors that Lambda's API answers with, and their bytes.
 *
 * A body spells its text `Message` or `message` and may carry `Type` and `Reason`, depending on which layer of the
 * service speaks; clients read all of them, and recorded answers show which error has which. Those facts are the table.
 */
export class ApiError extends Error {
  /** AWS's name of the error, as in `x-amzn-ErrorType`. */
  readonly code: ApiErrorCode;
  readonly reason: string | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(
    code: ApiErrorCode,
    message: string,
    options: { reason?: string; retryAfterSeconds?: number } = {},
  ) {
    super(message);
    this.name = "ApiError";
    this.code = code;
    this.reason = options.reason;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

interface ErrorShape {
  readonly status: number;
  readonly member: "Message" | "message";
  readonly type: "User" | "Service" | null;
}

/** Source: recorded answers of the service, and the service's model for those that were not recorded. */
const shapes = {
  AccessDeniedException: { status: 403, member: "Message", type: null },
  CodeStorageExceededException: { status: 400, member: "message", type: "User" },
  IncompleteSignatureException: { status: 403, member: "message", type: null },
  InvalidParameterValueException: { status: 400, member: "message", type: "User" },
  InvalidRequestContentException: { status: 400, member: "message", type: "User" },
  InvalidSignatureException: { status: 403, member: "message", type: null },
  MissingAuthenticationTokenException: { status: 403, member: "message", type: null },
  NotImplementedException: { status: 501, member: "message", type: "User" },
  PreconditionFailedException: { status: 412, member: "message", type: "User" },
  RequestEntityTooLargeException: { status: 413, member: "message", type: "User" },
  ResourceConflictException: { status: 409, member: "message", type: "User" },
  ResourceNotFoundException: { status: 404, member: "Message", type: "User" },
  SerializationException: { status: 400, member: "Message", type: "User" },
  ServiceException: { status: 500, member: "Message", type: "Service" },
  TooManyRequestsException: { status: 429, member: "message", type: "User" },
  UnknownOperationException: { status: 404, member: "message", type: null },
  UnrecognizedClientException: { status: 403, member: "message", type: null },
  UnsupportedMediaTypeException: { status: 415, member: "message", type: "User" },
  ValidationException: { status: 400, member: "message", type: null },
} as const satisfies Record<string, ErrorShape>;

export type ApiErrorCode = keyof typeof shapes;

/** HTTP status of an error. */
export function statusOf(code: ApiErrorCode): number {
  return shapes[code].status;
}

/** The JSON document of an error. */
export function errorBody(error: ApiError): string {
  const { member, type } = shapes[error.code];
  return JSON.stringify({
    ...(error.reason === undefined ? {} : { Reason: error.reason }),
    ...(type === null ? {} : { Type: type }),
    [member]: error.message,
  });
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
