/** Where the host keeps UEFI firmware, and a copy of its variables for one guest. */
import { copyFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { AperiodicError } from '../../model/errors.ts';

export interface FirmwareFiles {
  code: string;
  variables: string;
}

/** The pairs that Debian's and Fedora's packages install. The code is only read. */
const known: readonly FirmwareFiles[] = [
  { code: '/usr/share/OVMF/OVMF_CODE_4M.fd', variables: '/usr/share/OVMF/OVMF_VARS_4M.fd' },
  { code: '/usr/share/OVMF/OVMF_CODE.fd', variables: '/usr/share/OVMF/OVMF_VARS.fd' },
  { code: '/usr/share/edk2/ovmf/OVMF_CODE.fd', variables: '/usr/share/edk2/ovmf/OVMF_VARS.fd' },
];

/**
 * @param folder gets the guest's own variables
 * @param options.keepVariables leaves those that are there, of an earlier start of the same guest
 * @throws AperiodicError `missing-tool`
 */
export async function prepareFirmware(
  folder: string,
  options: { candidates?: readonly FirmwareFiles[]; keepVariables?: boolean } = {},
): Promise<FirmwareFiles> {
  for (const { code, variables } of options.candidates ?? known) {
    if (!(await isFile(code)) || !(await isFile(variables))) continue;
    const copy = path.join(folder, 'uefi-variables.fd');
    if (options.keepVariables !== true || !(await isFile(copy))) await copyFile(variables, copy);
    return { code, variables: copy };
  }
  throw new AperiodicError('missing-tool', "UEFI firmware (ovmf) is not installed: run 'aperiodic setup'");
}

async function isFile(file: string): Promise<boolean> {
  return await stat(file).then(
    (found) => found.isFile(),
    () => false,
  );
}
