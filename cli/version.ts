declare global {
  namespace NodeJS {
    interface ProcessEnv {
      /** Put in by the build from package.json. */
      readonly VPAC_VERSION?: string;
    }
  }
}

export const VERSION: string = process.env.VPAC_VERSION ?? "0.0.0";
