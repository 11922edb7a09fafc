import { join } from 'node:path';
import { AperiodicError } from '../../model/errors.ts';
import type { Instance, KeyPair, SecurityGroup, Volume } from './compute-types.ts';
import { readIfThere, replaceFile } from './files.ts';
import { isRegionFile } from './schema.ts';
import {
  DEFAULT_SETTINGS,
  type Image,
  type Parameter,
  type RegionFile,
  type RegionSettings,
  type Snapshot,
  type Token,
} from './types.ts';

/**
 * One region in memory and on disk. Handlers change it in place and call `changed`; no answer leaves before
 * `durable` has ended, so nobody has seen what a kill could undo.
 */
export class Region {
  readonly name: string;
  readonly images = new Map<string, Image>();
  readonly snapshots = new Map<string, Snapshot>();
  /** By account and name, see `parameterKey`. */
  readonly parameters = new Map<string, Parameter>();
  readonly tokens = new Map<string, Token>();
  readonly instances = new Map<string, Instance>();
  readonly volumes = new Map<string, Volume>();
  readonly keyPairs = new Map<string, KeyPair>();
  readonly securityGroups = new Map<string, SecurityGroup>();
  settings: RegionSettings;
  readonly #path: string;
  #dirty = false;
  #saving: Promise<void> | undefined;

  private constructor(name: string, path: string, settings: RegionSettings) {
    this.name = name;
    this.#path = path;
    this.settings = settings;
  }

  /** @throws invalid when the file on disk is none of ours */
  static async load(folder: string, name: string): Promise<Region> {
    const path = join(folder, `${name}.json`);
    const content = await readIfThere(path);
    if (content === undefined) return new Region(name, path, { ...DEFAULT_SETTINGS });
    const data = parse(content.toString('utf8'));
    if (!isRegionFile(data)) {
      throw new AperiodicError(
        'invalid',
        'This is no state of localcloud: remove the folder to begin anew.',
        { file: path },
      );
    }
    const region = new Region(name, path, data.settings);
    for (const image of data.images) region.images.set(image.id, image);
    for (const snapshot of data.snapshots) region.snapshots.set(snapshot.id, snapshot);
    for (const parameter of data.parameters) {
      region.parameters.set(parameterKey(parameter.account, parameter.name), parameter);
    }
    for (const token of data.tokens) region.tokens.set(token.key, token);
    for (const instance of data.instances ?? []) region.instances.set(instance.id, instance);
    for (const volume of data.volumes ?? []) region.volumes.set(volume.id, volume);
    for (const pair of data.keyPairs ?? []) region.keyPairs.set(pair.id, pair);
    for (const group of data.securityGroups ?? []) region.securityGroups.set(group.id, group);
    return region;
  }

  changed(): void {
    this.#dirty = true;
  }

  /** Ends when all that was changed before is on disk. Changes of several calls share one write. */
  async durable(): Promise<void> {
    while (this.#dirty || this.#saving !== undefined) {
      if (this.#saving === undefined) this.#saving = this.#save();
      await this.#saving;
    }
  }

  async #save(): Promise<void> {
    try {
      // Let calls that are being handled in this turn join the write.
      await Promise.resolve();
      this.#dirty = false;
      await replaceFile(this.#path, JSON.stringify(this.#file()), true);
    } catch (error) {
      this.#dirty = true;
      throw error;
    } finally {
      this.#saving = undefined;
    }
  }

  #file(): RegionFile {
    return {
      version: 1,
      region: this.name,
      settings: this.settings,
      images: [...this.images.values()],
      snapshots: [...this.snapshots.values()],
      parameters: [...this.parameters.values()],
      tokens: [...this.tokens.values()],
      instances: [...this.instances.values()],
      volumes: [...this.volumes.values()],
      keyPairs: [...this.keyPairs.values()],
      securityGroups: [...this.securityGroups.values()],
    };
  }
}

export function parameterKey(account: string, name: string): string {
  return `${account} ${name}`;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
