/** The generated validators: plain JavaScript, typed where they are loaded (`GeneratedModule`). */
declare module "*.gen.js";
