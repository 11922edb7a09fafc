/** Starts hand.ts in a thread of its own: TypeScript is run as it is, through tsx, which a thread does not inherit. */
import { register } from 'tsx/esm/api';

register({ tsconfig: false });
await import('./hand.ts');
