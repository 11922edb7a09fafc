/** Who gets the key of an instance. */

/**
 * Name of the default user in a cloud.cfg (cloud-init: system_info.default_user.name). Undefined when none is named or
 * the name is not one that useradd(8) takes.
 */
export function findDefaultUser(cloudConfig: string): string | undefined {
  const block = /^([ \t]+)default_user:[ \t]*\n((?:\1[ \t]+.*\n?|[ \t]*\n|[ \t]*#.*\n)*)/m.exec(
    `${cloudConfig}\n`,
  )?.[2];
  return /^[ \t]+name:[ \t]*["']?([a-z_][a-z0-9_-]{0,31})["']?[ \t]*(?:#.*)?$/m.exec(block ?? '')?.[1];
}
