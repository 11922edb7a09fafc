/** Where the host keeps UEFI firmware, and a copy of its variables for one guest. */
import { copyFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { AperiodicError } from '../../model/errors.ts';
import type { Processor } from '../../model/machine.ts';

export interface FirmwareFiles {
  code: string;
  variables: string;
}

/** The pairs that Debian's and Fedora's packages install. The code is only read. */
const known: Record<Processor, readonly FirmwareFiles[]> = {
  x86_64: [
    { code: '/usr/share/OVMF/OVMF_CODE_4M.fd', variables: '/usr/share/OVMF/OVMF_VARS_4M.fd' },
    { code: '/usr/share/OVMF/OVMF_CODE.fd', variables: '/usr/share/OVMF/OVMF_VARS.fd' },
    { code: '/usr/share/edk2/ovmf/OVMF_CODE.fd', variables: '/usr/share/edk2/ovmf/OVMF_VARS.fd' },
  ],
  aarch64: [
    { code: '/usr/share/AAVMF/AAVMF_CODE.fd', variables: '/usr/share/AAVMF/AAVMF_VARS.fd' },
    {
      code: '/usr/share/edk2/aarch64/QEMU_EFI-pflash.raw',
      variables: '/usr/share/edk2/aarch64/vars-template-pflash.raw',
    },
  ],
};

const packages: Record<Processor, string> = {
  x86_64: "UEFI firmware (ovmf) is not installed: run 'aperiodic setup'",
  aarch64: "UEFI firmware for ARM (qemu-efi-aarch64) is not installed: run 'aperiodic setup --foreign'",
};

/**
 * @param folder gets the guest's own variables
 * @param options.processor default a PC's
 * @param options.keepVariables leaves those that are there, of an earlier start of the same guest
 * @throws AperiodicError `missing-tool`
 */
export async function prepareFirmware(
  folder: string,
  options: { processor?: Processor; candidates?: readonly FirmwareFiles[]; keepVariables?: boolean } = {},
): Promise<FirmwareFiles> {
  const { processor = 'x86_64', candidates = known[processor] } = options;
  for (const { code, variables } of candidates) {
    if (!(await isFile(code)) || !(await isFile(variables))) continue;
    const copy = path.join(folder, 'uefi-variables.fd');
    if (options.keepVariables !== true || !(await isFile(copy))) await copyFile(variables, copy);
    return { code, variables: copy };
  }
  throw new AperiodicError('missing-tool', packages[processor]);
}

async function isFile(file: string): Promise<boolean> {
  return await stat(file).then(
    (found) => found.isFile(),
    () => false,
  );
}
