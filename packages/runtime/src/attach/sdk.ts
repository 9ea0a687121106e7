/**
 * What attaching uses of an AWS SDK v3 client, as structure: the SDK is the user's, in whatever version and
 * however many copies, and nothing of it is imported here. Every part was there in 2022 and is there in
 * 3.1164; what came later is optional.
 */
export interface SdkClient {
  readonly config: SdkConfig;
  readonly middlewareStack: SdkStack;
  send: SdkSend;
}

export type SdkSend = (this: unknown, command: SdkCommand, ...rest: unknown[]) => unknown;

/** Options of one `send`. */
export type SdkOptions = Readonly<Record<string, unknown>>;

export type SdkInput = Readonly<Record<string, unknown>>;

export interface SdkCommand {
  readonly input: SdkInput;
  readonly middlewareStack: SdkStack;
  /** Operation schema, `[9, namespace, name, ...]`, in the SDKs that are driven by schemas. */
  readonly schema?: unknown;
  /** The plain command inside one of lib-dynamodb's. */
  readonly clientCommand?: SdkCommand;
  resolveMiddleware(stack: SdkStack, config: SdkConfig, options?: SdkOptions): SdkHandler;
}

export type SdkHandler = (command: SdkCommand) => Promise<{ output: SdkOutput }>;

export type SdkOutput = Record<string, unknown> & { $metadata: SdkMetadata };

export interface SdkMetadata {
  httpStatusCode?: number | undefined;
  requestId?: string | undefined;
  extendedRequestId?: string | undefined;
  cfId?: string | undefined;
  attempts?: number | undefined;
  totalRetryDelay?: number | undefined;
}

export interface SdkStack {
  add(middleware: unknown, options: SdkEntry): void;
  clone(): SdkStack;
  concat(other: SdkStack): SdkStack;
  resolve(handler: unknown, context: Readonly<Record<string, unknown>>): unknown;
  /** Hands every entry to another stack, one by one. */
  applyToStack(other: StackProbe): void;
}

/** How a middleware was added. */
export interface SdkEntry {
  readonly name?: string;
  readonly step?: string;
  readonly priority?: string;
  readonly override?: boolean;
}

/** What `applyToStack` needs of its argument: a listener for entries. */
export interface StackProbe {
  add(middleware: unknown, options: SdkEntry): void;
  addRelativeTo(middleware: unknown, options: SdkEntry): void;
}

type Provider<T> = () => Promise<T>;

export interface SdkConfig {
  readonly serviceId?: string;
  readonly region?: Provider<string>;
  readonly credentials?: Provider<SdkIdentity>;
  /** Set where the user, or an endpoint variable after the first call, named one. */
  readonly endpoint?: Provider<SdkEndpoint>;
  readonly isCustomEndpoint?: boolean;
  readonly ignoreConfiguredEndpointUrls?: boolean;
  readonly serviceConfiguredEndpoint?: Provider<string | undefined>;
  readonly endpointProvider?: (parameters: Readonly<Record<string, unknown>>) => SdkResolvedEndpoint;
  readonly useDualstackEndpoint?: Provider<boolean>;
  readonly useFipsEndpoint?: Provider<boolean>;
  readonly requestHandler?: SdkRequestHandler;
  readonly cacheMiddleware?: boolean;
  readonly logger?: { readonly info?: unknown };
  readonly customUserAgent?: readonly unknown[] | string;
  readonly userAgentAppId?: Provider<string | undefined>;
  readonly signerConstructor?: unknown;
  readonly httpAuthSchemes?: readonly { readonly schemeId?: string }[];
  readonly protocol?: { getShapeId?(): string };
  readonly systemClockOffset?: number;
}

export interface SdkIdentity {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface SdkEndpoint {
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
  readonly path: string;
}

export interface SdkResolvedEndpoint {
  readonly url: URL;
  readonly headers?: Readonly<Record<string, readonly string[]>>;
  readonly properties?: { readonly authSchemes?: readonly SdkAuthScheme[] };
}

export interface SdkAuthScheme {
  readonly name?: string;
  readonly signingName?: string;
  readonly signingRegion?: string;
}

export interface SdkRequestHandler {
  handle(request: unknown, options?: unknown): Promise<{ response: SdkResponse }>;
  readonly metadata?: { readonly handlerProtocol?: string };
  /** Of the SDK's own handler over `node:http(s)`: its settings, once it has them. */
  readonly configProvider?: Promise<NodeHandlerSettings>;
  readonly externalAgent?: boolean;
}

/** Settings of the SDK's own handler that a call could notice. */
export interface NodeHandlerSettings {
  readonly connectionTimeout?: number;
  readonly requestTimeout?: number;
  readonly socketTimeout?: number;
  readonly throwOnRequestTimeout?: boolean;
  readonly httpsAgent?: { readonly options?: Readonly<Record<string, unknown>> };
  readonly httpAgentProvider?: () => Promise<{ readonly options?: Readonly<Record<string, unknown>> }>;
}

/** An HTTP response as the SDK's deserialisers take it. */
export interface SdkResponse {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  readonly body: Uint8Array | AsyncIterable<Uint8Array>;
}

/**
 * A copy of a command with another input: same class, same middleware, nothing shared that a call would
 * change.
 */
export function withInput(command: SdkCommand, input: SdkInput): SdkCommand {
  const copy = Object.assign(Object.create(Object.getPrototypeOf(command)), command, { input });
  if (command.clientCommand !== undefined) copy.clientCommand = withInput(command.clientCommand, input);
  return copy;
}
