/** TULLE3000-3999: what the local platform refuses. */
export const platformErrors = {} as const;
