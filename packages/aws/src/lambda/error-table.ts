/**
 * Every error of the Lambda API, with what stands on the wire beside its code.
 *
 * The service is of two minds about the name of the message field, and SDKs for some languages read only
 * the spelling of their model, so an imitation has to keep both. Source: service model of botocore 1.43.11;
 * the last group is what the service's front door answers for any operation (recorded or documented, not
 * modelled).
 */
export interface LambdaErrorRow {
  readonly status: number;
  /** How the service spells the field. */
  readonly messageField: "Message" | "message";
  /** Value of `Type`: whose fault it is. Null where the document has no such field. */
  readonly type: "User" | "Service" | null;
}

const upper = (status: number): LambdaErrorRow => row(status, "Message");
const lower = (status: number): LambdaErrorRow => row(status, "message");
const frontDoor = (status: number): LambdaErrorRow => ({ status, messageField: "message", type: null });

/** Error code to what is on the wire. */
export const lambdaErrors: Readonly<Record<string, LambdaErrorRow>> = /* @__PURE__ */ Object.freeze({
  CallbackTimeoutException: upper(400),
  CapacityProviderLimitExceededException: lower(400),
  CodeStorageExceededException: lower(400),
  CodeVerificationFailedException: upper(400),
  FunctionVersionsPerCapacityProviderLimitExceededException: lower(400),
  InvalidCodeSignatureException: upper(400),
  InvalidParameterValueException: lower(400),
  InvalidRequestContentException: lower(400),
  NoPublishedVersionException: upper(400),
  PolicyLengthExceededException: lower(400),
  RecursiveInvocationException: upper(400),
  ResourceInUseException: upper(400),
  SnapStartException: upper(400),

  EFSMountFailureException: upper(403),
  S3FilesMountFailureException: upper(403),

  CodeSigningConfigNotFoundException: upper(404),
  ProvisionedConcurrencyConfigNotFoundException: lower(404),
  ResourceNotFoundException: upper(404),

  EFSMountConnectivityException: upper(408),
  EFSMountTimeoutException: upper(408),
  S3FilesMountConnectivityException: upper(408),
  S3FilesMountTimeoutException: upper(408),
  SnapStartTimeoutException: upper(408),

  DurableExecutionAlreadyStartedException: upper(409),
  ResourceConflictException: lower(409),
  SnapStartNotReadyException: upper(409),

  EFSIOException: upper(410),
  PreconditionFailedException: lower(412),

  RequestEntityTooLargeException: lower(413),
  RequestTooLargeException: lower(413),
  SerializedRequestEntityTooLargeException: lower(413),
  UnsupportedMediaTypeException: lower(415),
  TooManyRequestsException: lower(429),

  ServiceException: upper(500),

  EC2AccessDeniedException: upper(502),
  EC2ThrottledException: upper(502),
  EC2UnexpectedException: upper(502),
  ENILimitReachedException: upper(502),
  InvalidRuntimeException: upper(502),
  InvalidSecurityGroupIDException: upper(502),
  InvalidSubnetIDException: upper(502),
  InvalidZipFileException: upper(502),
  KMSAccessDeniedException: upper(502),
  KMSDisabledException: upper(502),
  KMSInvalidStateException: upper(502),
  KMSNotFoundException: upper(502),
  ResourceNotReadyException: lower(502),
  SubnetIPAddressLimitReachedException: upper(502),

  AccessDeniedException: { status: 403, messageField: "Message", type: null },
  ExpiredTokenException: frontDoor(403),
  IncompleteSignatureException: frontDoor(403),
  InvalidSignatureException: frontDoor(403),
  MissingAuthenticationTokenException: frontDoor(403),
  UnrecognizedClientException: frontDoor(403),
  UnknownOperationException: frontDoor(404),
  ThrottlingException: frontDoor(400),
  ValidationException: frontDoor(400),
});

function row(status: number, messageField: "Message" | "message"): LambdaErrorRow {
  return { status, messageField, type: status >= 500 ? "Service" : "User" };
}
