/** File names that cannot lead out of a folder, into an option, or into a pattern. */

/** As `fileName` of schemas/common.schema.json. */
const shape = /^[A-Za-z0-9][A-Za-z0-9+._-]{0,199}$/;

export function isFileName(name: string): boolean {
  return shape.test(name);
}

const folderShape = /^[A-Za-z0-9][A-Za-z0-9+._@=-]{0,299}$/;

/**
 * One or more names of folders with slashes between them. Container tools look for signatures in folders with @ and =; the first may be
 * `.well-known` (RFC 8615).
 */
export function isFolderPath(path: string): boolean {
  return (
    path.length <= 1000 &&
    path
      .replace(/^\.well-known\//, '')
      .split('/')
      .every((name) => folderShape.test(name))
  );
}
