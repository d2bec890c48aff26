// The list of all kinds.
export {};
