/*
 * The package: its plugins for JupyterLab, and the token and types that other extensions use.
 */
export * from './tokens';
export { CommandIDs } from './commands';
export { plugins as default } from './plugins';
