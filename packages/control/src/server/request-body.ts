import { TulleError } from "@tulle/core/errors";

/** Reads a JSON body without ever holding more than the limit. Throws TULLE4104, TULLE4105. */
export async function readJson(request: Request, maxBytes: number): Promise<unknown> {
  const declared = Number(request.headers.get("content-length") ?? 0);
  if (declared > maxBytes) throw tooLarge(maxBytes);
  const text = new TextDecoder("utf-8", { fatal: true });
  let json = "";
  let bytes = 0;
  try {
    for await (const chunk of request.body ?? []) {
      bytes += chunk.byteLength;
      if (bytes > maxBytes) throw tooLarge(maxBytes);
      json += text.decode(chunk, { stream: true });
    }
    return JSON.parse(json + text.decode());
  } catch (error) {
    if (error instanceof TypeError || error instanceof SyntaxError) {
      throw new TulleError("TULLE4104", `The body is not JSON in UTF-8: ${error.message}.`);
    }
    // Nobody reads the answer, but a client that goes away is no fault of control's.
    if ((error as NodeJS.ErrnoException).code === "ECONNRESET")
      throw new TulleError("TULLE4104", "The body broke off: the client has gone away.", { cause: error });
    throw error;
  }
}

function tooLarge(maxBytes: number): TulleError {
  return new TulleError("TULLE4105", `The body is larger than ${maxBytes} bytes.`, { context: { maxBytes } });
}
