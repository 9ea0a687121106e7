/** Path templates such as `/v1/robots/{id}` and `/files/{path+}`, as lists of segments. */
export type TemplateSegment =
  | { readonly kind: "literal"; readonly text: string }
  /** Exactly one segment, not empty. */
  | { readonly kind: "variable"; readonly name: string }
  /** Everything that is left, at least one character; only as the last segment. */
  | { readonly kind: "rest"; readonly name: string };

/** Reads a template; what is not a well-formed variable is a literal (the analyzer has refused it before). */
export function parseTemplate(path: string): readonly TemplateSegment[] {
  return splitPath(path).map((text): TemplateSegment => {
    const name = /^\{([^{}+]+)(\+?)\}$/.exec(text);
    if (name === null) return { kind: "literal", text };
    return { kind: name[2] === "+" ? "rest" : "variable", name: name[1]! };
  });
}

/** Segments of a path after its leading slash; a trailing slash counts, as an empty last segment. */
export function splitPath(path: string): readonly string[] {
  return path.replace(/^\//, "").split("/");
}
