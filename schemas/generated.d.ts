/** The generated validators: plain JavaScript, typed where they are loaded. */
declare module "*.gen.js";
