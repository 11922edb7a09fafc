/** The Pythons of this checkout, which 'aperiodic setup' fills from requirements.txt and requirements-test.txt. */
import { testVenv, toolRoot, venvPython } from '../../scripts/adapters/host/python-venv.ts';

export function pythonOfCheckout(): string {
  return venvPython();
}

/** Has boto3 and moto, once 'aperiodic setup --test' was run. */
export function pythonOfTests(): string {
  return venvPython(toolRoot, testVenv);
}
