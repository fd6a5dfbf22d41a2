/** The template has something that this runtime cannot follow. The message names the resource and the property. */
export class TemplateError extends Error {}
