// The simulated platform.
export {};
