/** The Python of this checkout, which 'aperiodic setup' fills from requirements.txt. */
import { fileURLToPath } from 'node:url';

export function pythonOfCheckout(): string {
  return fileURLToPath(new URL('../../.venv/bin/python', import.meta.url));
}
