/**
 * Path templates of a gateway's routes: `/v1/robots/{id}`, `/files/{path+}`.
 *
 * Parsed in one place, so that the analyzer refuses exactly what the gateway could not serve. A parameter
 * is one whole segment; a greedy one (`{path+}`) takes the rest of the path and so stands last.
 */

export type TemplateSegment =
  | { readonly kind: "literal"; readonly text: string }
  | { readonly kind: "parameter"; readonly name: string }
  | { readonly kind: "greedy"; readonly name: string };

export type ParsedTemplate =
  | { readonly ok: true; readonly segments: readonly TemplateSegment[] }
  | { readonly ok: false; readonly reason: string };

const parameter = /^\{([A-Za-z_][A-Za-z0-9_-]*)(\+?)\}$/;
const literal = /^[A-Za-z0-9._~!$&'()*+,;=:@%-]+$/;

/** Splits a template into segments, or says in half a sentence what is wrong with it. */
export function parsePathTemplate(template: string): ParsedTemplate {
  if (!template.startsWith("/")) return { ok: false, reason: 'it does not start with "/"' };
  if (template === "/") return { ok: true, segments: [] };
  const segments: TemplateSegment[] = [];
  const names = new Set<string>();
  const parts = template.slice(1).split("/");
  for (const [index, part] of parts.entries()) {
    if (part === "") {
      const trailing = index === parts.length - 1;
      return { ok: false, reason: trailing ? 'it ends with "/"' : "it has an empty segment" };
    }
    const match = parameter.exec(part);
    if (match === null) {
      if (!literal.test(part))
        return { ok: false, reason: `"${part}" is neither plain text nor one {parameter}` };
      segments.push({ kind: "literal", text: part });
      continue;
    }
    const name = match[1]!;
    if (names.has(name)) return { ok: false, reason: `it has the parameter {${name}} twice` };
    names.add(name);
    const greedy = match[2] === "+";
    if (greedy && index < parts.length - 1)
      return { ok: false, reason: `{${name}+} is not its last segment` };
    segments.push({ kind: greedy ? "greedy" : "parameter", name });
  }
  return { ok: true, segments };
}

/** The template with its parameters' names taken out: two routes with the same shape catch the same paths. */
export function templateShape(segments: readonly TemplateSegment[]): string {
  const shape = segments.map((segment) =>
    segment.kind === "literal" ? segment.text : segment.kind === "greedy" ? "{+}" : "{}",
  );
  return `/${shape.join("/")}`;
}
