/** SHA-256 of a text as lower-case hexadecimal; handed in, since the pure rooms have no crypto. */
export type Digest = (text: string) => string;
