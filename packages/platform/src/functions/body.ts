import { ApiError } from "../api/errors.ts";

/** Reads members of a request's JSON body; a member of the wrong type is the API's SerializationException. */
export type Body = Readonly<Record<string, unknown>>;

export function parseBody(bytes: Uint8Array): Body {
  if (bytes.byteLength === 0) return {};
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8"));
  } catch {
    throw new ApiError("SerializationException", "Could not parse request body into json.");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new ApiError("SerializationException", "Start of structure or map expected.");
  }
  return value as Body;
}

export function textMember(body: Body, name: string): string | undefined {
  return member(body, name, "string", "a String") as string | undefined;
}

export function numberMember(body: Body, name: string): number | undefined {
  return member(body, name, "number", "an Integer") as number | undefined;
}

export function flagMember(body: Body, name: string): boolean | undefined {
  return member(body, name, "boolean", "a Boolean") as boolean | undefined;
}

export function structureMember(body: Body, name: string): Body | undefined {
  const value = member(body, name, "object", "a structure");
  if (Array.isArray(value)) throw wrongType(name, value, "a structure");
  return value as Body | undefined;
}

/** A map of texts, such as tags or variables. */
export function textMapMember(body: Body, name: string): Readonly<Record<string, string>> | undefined {
  const map = structureMember(body, name);
  if (map === undefined) return undefined;
  for (const [key, value] of Object.entries(map)) {
    if (typeof value !== "string") throw wrongType(`${name}.${key}`, value, "a String");
  }
  return map as Readonly<Record<string, string>>;
}

export function textListMember(body: Body, name: string): readonly string[] | undefined {
  const value = member(body, name, "object", "a list");
  if (value === undefined) return undefined;
  if (!Array.isArray(value) || value.some((one) => typeof one !== "string")) {
    throw wrongType(name, value, "a list of Strings");
  }
  return value;
}

function member(body: Body, name: string, type: string, wanted: string): unknown {
  const value = body[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== type) throw wrongType(name, value, wanted);
  return value;
}

function wrongType(name: string, value: unknown, wanted: string): ApiError {
  const found = Array.isArray(value) ? "LIST" : (typeof value).toUpperCase();
  return new ApiError(
    "SerializationException",
    `${found}_VALUE of ${name} can not be converted to ${wanted}`,
  );
}
