/** What the stand-ins of actions share: inputs and outputs, as GitHub's runner gives and takes them. */
import { appendFileSync } from 'node:fs';

export function input(name) {
  return (process.env[`INPUT_${name.toUpperCase()}`] ?? '').trim();
}

export function output(name, value) {
  appendFileSync(process.env.GITHUB_OUTPUT, `${name}=${value}\n`);
}

export function setVariable(name, value) {
  appendFileSync(process.env.GITHUB_ENV, `${name}=${value}\n`);
}

/** A setting of the test itself, which the real actions do not have. */
export function setting(name) {
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`the test has to set ${name}`);
  return value;
}

export function fail(message) {
  console.log(`::error::${message}`);
  process.exit(1);
}
