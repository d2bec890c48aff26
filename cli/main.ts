// The only file that reads the arguments and the environment and sets the exit code.
export {};
