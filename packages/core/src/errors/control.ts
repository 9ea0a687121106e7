/** TULLE4000-4999: what the store and the control plane refuse. */
export const controlErrors = {} as const;
