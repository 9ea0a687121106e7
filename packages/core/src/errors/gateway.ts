/** TULLE5000-5999: what the gateway answers an outside client. */
export const gatewayErrors = {} as const;
