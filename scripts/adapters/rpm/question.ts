/** What resolver.py reads, and which files it needs to see for that. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Architecture, PackageRequest } from '../../model/types.generated.ts';
import type { Builder } from '../../ports.ts';
import { placedFolder } from '../builder-image/run-tool.ts';
import { statOf, writeFileAtomic } from '../host/files.ts';
import type { RpmSource } from './sources.ts';

export interface Question {
  architecture: Architecture;
  sources: readonly RpmSource[];
  /** Without it and `metadata` the addresses of mirrors are asked for. */
  request?: PackageRequest;
  /** Asks for files of this kind, as repomd.xml names it. */
  metadata?: 'updateinfo';
}

export interface PreparedQuestion {
  /** For standard input. */
  text: string;
  /** Files and folders of this machine that are read. */
  readable: string[];
  /** Files for a builder, which has its own at their places, by the name that it sees them under. */
  placed: Record<string, string>;
}

/** Certificates that this machine trusts: a builder's own are not asked who a server is. */
const certificates = '/etc/ssl/certs/ca-certificates.crt';

/** @param state folder that the solver writes; gets the keys too, as they were read */
export async function prepareQuestion(
  question: Question,
  state: string,
  builder?: Builder,
): Promise<PreparedQuestion> {
  const keys = path.join(state, 'keys');
  await mkdir(keys, { recursive: true });
  const sources: RpmSource[] = [];
  for (const source of question.sources) {
    const keyring = path.join(keys, `${source.repository}.asc`);
    await writeFileAtomic(keyring, Buffer.from(source.keys, 'latin1'));
    sources.push({ ...source, keyring });
  }
  const readable = sources.flatMap(({ uri }) => (uri.startsWith('file:') ? [fileURLToPath(uri)] : []));
  const trusted = process.env.SSL_CERT_FILE ?? certificates;
  const placed: Record<string, string> =
    builder !== undefined && (await statOf(trusted)) !== undefined ? { 'ca.crt': trusted } : {};
  const told = 'ca.crt' in placed ? { certificates: `${placedFolder}/ca.crt` } : {};
  return { text: JSON.stringify({ ...question, sources, state, ...told }), readable, placed };
}
