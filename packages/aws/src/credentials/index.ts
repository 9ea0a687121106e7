/** Credentials: where a function finds its keys, without a client library. */
export {
  type ContainerEndpoint,
  type ContainerRequest,
  containerEndpoint,
  readContainerAnswer,
} from "./container.ts";
export { type Environment, environmentCredentials } from "./environment.ts";
export {
  type ContainerFetch,
  type CredentialsAnswer,
  type CredentialsProvider,
  type CredentialsProviderOptions,
  createCredentialsProvider,
  type ExpiringCredentials,
} from "./provider.ts";
