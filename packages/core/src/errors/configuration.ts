/** TULLE1000-1999: what is wrong with a configuration. */
export const configurationErrors = {
  TULLE1001: {
    name: "malformed-yaml",
    category: "configuration",
    status: 422,
    retry: "never",
    meaning: "The file is not well-formed YAML.",
    remedy: "Mend the syntax at the position shown.",
  },
  TULLE1002: {
    name: "unknown-key",
    category: "configuration",
    status: 422,
    retry: "never",
    meaning: "The configuration has a key that Tulle does not know.",
    remedy: "Correct the spelling or remove the key.",
  },
} as const;
