/** Tags as the SDK has them, and as we do. */

export function readTags(
  tags: readonly { Key?: string | undefined; Value?: string | undefined }[] | undefined,
): Record<string, string> {
  return Object.fromEntries((tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value]));
}

export function writeTags(tags: Readonly<Record<string, string>>): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

/** `*`, `?` and `\` in a filter's value would stand for more than themselves. */
export function tagFilters(tags: Readonly<Record<string, string>>): { Name: string; Values: string[] }[] {
  return Object.entries(tags).map(([key, value]) => ({
    Name: `tag:${key}`,
    Values: [value.replaceAll(/[*?\\]/g, '\\$&')],
  }));
}
