/** Whether notices that go out as mail have a server. */
import { configFile } from '../../adapters/host/config.ts';
import { transportOptions } from '../../adapters/mail/smtp.ts';
import type { Check } from './check.ts';
import { readRepositoryFile } from './repository-checks.ts';

/** Says nothing where no notice is mailed. Asks no server. */
export const mailCheck: Check = {
  id: 'mail',
  title: 'mail',
  run: async (examined) => {
    const targets = await readRepositoryFile('Targets', 'releases/targets.yaml', examined);
    const { from, to } = targets?.notices ?? {};
    if (from === undefined || to === undefined || examined.config === undefined) return [];
    const { mail } = examined.config;
    if (mail.server === undefined) {
      const advice = `notices are mailed by one: set APERIODIC_MAIL_SERVER, or 'mail' in ${configFile}`;
      return [{ status: 'warning', title: 'mail server', value: 'none', advice }];
    }
    const { auth } = transportOptions(mail);
    const value = `${mail.server}, ${auth === undefined ? 'without' : 'with'} a login`;
    return [{ status: 'ok', title: 'mail server', value }];
  },
};
