/** The one place where an error of AWS becomes one of ours. */
import { AperiodicError, type ErrorCode } from '../../model/errors.ts';
import { classify, type Failure, type Meaning } from './classify.ts';

interface Translation {
  code: ErrorCode;
  advice: string;
}

const translations: Record<Meaning, Translation> = {
  busy: { code: 'unreachable', advice: 'AWS kept refusing the call: run again later' },
  unreachable: {
    code: 'unreachable',
    advice: 'there was no answer: check the network and the region, run again',
  },
  missing: { code: 'not-found', advice: 'what it names is not there' },
  taken: { code: 'conflict', advice: 'what is there does not allow it' },
  expired: { code: 'denied', advice: 'the credentials have expired: get new ones and run again' },
  'unknown-caller': {
    code: 'denied',
    advice: 'AWS does not accept the credentials: check them, and that the region is enabled for the account',
  },
  denied: { code: 'denied', advice: 'the credentials do not allow it: compare the role with docs/iam/' },
  blocked: {
    code: 'denied',
    advice: "the account's settings do not allow it: 'aperiodic doctor' shows them",
  },
  quota: { code: 'quota', advice: 'remove old images or ask AWS for a higher quota' },
  wrong: { code: 'internal', advice: 'AWS does not accept the request' },
};

/** @param call such as CopyImage */
export function translate(error: unknown, call: string, region: string): AperiodicError {
  if (error instanceof AperiodicError) return error;
  const failure = classify(error);
  const { code, advice } = translate1(failure);
  return new AperiodicError(code, `${call} in ${region} failed (${failure.code}): ${advice}`, {
    detail: failure.message,
    cause: error,
  });
}

function translate1({ meaning, code }: Failure): Translation {
  if (code === 'InvalidAMIName.Malformed')
    return {
      code: 'invalid',
      advice: "AWS does not accept the AMI's name: choose a plainer 'name' in stream.yaml",
    };
  return translations[meaning];
}
