/** TULLE6000-6999: how the command line was used. */
export const cliErrors = {} as const;
