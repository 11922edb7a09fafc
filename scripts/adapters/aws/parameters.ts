/** Parameters of one region. */
import type { CloudRegion } from '../../ports.ts';
import type { Clients } from './clients.ts';
import type { Caller } from './retry.ts';
import { orNothing } from './snapshots.ts';

type Parameters = Pick<
  CloudRegion,
  'parameters' | 'parametersBelow' | 'putImageParameter' | 'deleteParameter'
>;

/** Most names that GetParameters takes. */
const batch = 10;

export function createParameters(clients: Clients, { send }: Caller): Parameters {
  return {
    parameters: async (names) => {
      const { client, sdk } = await clients.ssm();
      const found = new Map<string, string>();
      for (let from = 0; from < names.length; from += batch) {
        const command = new sdk.GetParametersCommand({ Names: names.slice(from, from + batch) });
        const { Parameters = [] } = await send('GetParameters', () => client.send(command));
        for (const { Name = '', Value = '' } of Parameters) found.set(Name, Value);
      }
      return found;
    },
    parametersBelow: async (path) => {
      const { client, sdk } = await clients.ssm();
      const found = new Map<string, string>();
      let NextToken: string | undefined;
      do {
        const page = await send('GetParametersByPath', () =>
          client.send(new sdk.GetParametersByPathCommand({ Path: path, Recursive: true, NextToken })),
        );
        for (const { Name = '', Value = '' } of page.Parameters ?? []) found.set(Name, Value);
        NextToken = page.NextToken;
      } while (NextToken !== undefined && NextToken !== '');
      return found;
    },
    putImageParameter: async (name, ami) => {
      const { client, sdk } = await clients.ssm();
      const command = new sdk.PutParameterCommand({
        Name: name,
        Value: ami,
        Type: 'String',
        DataType: 'aws:ec2:image',
        Overwrite: true,
      });
      await send('PutParameter', () => client.send(command));
    },
    deleteParameter: async (name) => {
      const { client, sdk } = await clients.ssm();
      const command = new sdk.DeleteParameterCommand({ Name: name });
      await orNothing(
        send('DeleteParameter', () => client.send(command)).then(() => undefined),
        undefined,
      );
    },
  };
}
