/** File names that cannot lead out of a folder, into an option, or into a pattern. */

/** As `fileName` of schemas/common.schema.json. */
const shape = /^[A-Za-z0-9][A-Za-z0-9+._-]{0,199}$/;

export function isFileName(name: string): boolean {
  return shape.test(name);
}

/** One or more file names with slashes between them. */
export function isFolderPath(path: string): boolean {
  return path.length <= 1000 && path.split('/').every(isFileName);
}
