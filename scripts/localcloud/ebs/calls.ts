import type { Call, CallContext } from '../cloud.ts';
import type { Need } from '../policy.ts';
import type { RestAnswer, RestRequest } from '../protocols/rest.ts';
import { completeSnapshot } from './complete-snapshot.ts';
import { putSnapshotBlock } from './put-block.ts';
import { getSnapshotBlock, listChangedBlocks, listSnapshotBlocks } from './read-blocks.ts';
import { startSnapshot } from './start-snapshot.ts';

type EbsCall = Call<RestRequest, RestAnswer> & { method: string; path: RegExp };

/** Calls by method and path. Source: EBS direct API Reference, "Request Syntax" of each. */
export const EBS_CALLS: Readonly<Record<string, EbsCall>> = {
  StartSnapshot: {
    method: 'POST',
    path: /^\/snapshots$/,
    access: 'write',
    permissions: startNeeds,
    run: startSnapshot,
  },
  PutSnapshotBlock: {
    method: 'PUT',
    path: /^\/snapshots\/[^/]+\/blocks\/[^/]+$/,
    access: 'write',
    permissions: (request, context) => need('PutSnapshotBlock', request.path[1], context),
    run: putSnapshotBlock,
  },
  CompleteSnapshot: {
    method: 'POST',
    path: /^\/snapshots\/completion\/[^/]+$/,
    access: 'write',
    permissions: (request, context) => need('CompleteSnapshot', request.path[2], context),
    run: completeSnapshot,
  },
  ListSnapshotBlocks: {
    method: 'GET',
    path: /^\/snapshots\/[^/]+\/blocks$/,
    access: 'read',
    permissions: (request, context) => need('ListSnapshotBlocks', request.path[1], context),
    run: listSnapshotBlocks,
  },
  ListChangedBlocks: {
    method: 'GET',
    path: /^\/snapshots\/[^/]+\/changedblocks$/,
    access: 'read',
    permissions: (request, context) => need('ListChangedBlocks', request.path[1], context),
    run: listChangedBlocks,
  },
  GetSnapshotBlock: {
    method: 'GET',
    path: /^\/snapshots\/[^/]+\/blocks\/[^/]+$/,
    access: 'read',
    permissions: (request, context) => need('GetSnapshotBlock', request.path[1], context),
    run: getSnapshotBlock,
  },
};

/** Tags at creation need ec2:CreateTags too. Source: EBS User Guide, "Control access to EBS direct APIs using IAM". */
function startNeeds(request: RestRequest, context: CallContext): Need[] {
  const tagged = request.json().items('Tags').length > 0;
  const needs = need('StartSnapshot', '*', context);
  return tagged ? [...needs, { action: 'ec2:CreateTags', resources: [arn('*', context)] }] : needs;
}

function need(call: string, id: string | undefined, context: CallContext): Need[] {
  return [{ action: `ebs:${call}`, resources: [arn(id ?? '', context)] }];
}

function arn(id: string, context: CallContext): string {
  return `arn:aws:ec2:${context.region.name}::snapshot/${id}`;
}
