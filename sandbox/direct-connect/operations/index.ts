import type { Operation } from '../operation';
import { allocateHostedConnection } from './allocate-hosted-connection';
import { associateConnectionWithLag } from './associate-connection-with-lag';
import { associateMacSecKey } from './associate-mac-sec-key';
import { associateVirtualInterface } from './associate-virtual-interface';
import { createConnection } from './create-connection';
import { createLag } from './create-lag';
import { deleteConnection } from './delete-connection';
import { deleteLag } from './delete-lag';
import { deleteVirtualInterface } from './delete-virtual-interface';
import { describeConnections } from './describe-connections';
import { describeHostedConnections } from './describe-hosted-connections';
import { describeInterconnects } from './describe-interconnects';
import { describeLags } from './describe-lags';
import { describeLocations } from './describe-locations';
import { describeTags } from './describe-tags';
import { describeVirtualInterfaces } from './describe-virtual-interfaces';
import { disassociateConnectionFromLag } from './disassociate-connection-from-lag';
import { disassociateMacSecKey } from './disassociate-mac-sec-key';
import { tagResource } from './tag-resource';
import { untagResource } from './untag-resource';
import { updateConnection } from './update-connection';
import { updateLag } from './update-lag';

/** Every operation that is supported, by its name on the wire. */
export const operations: ReadonlyMap<string, Operation> = new Map([
  ['AssociateConnectionWithLag', associateConnectionWithLag],
  ['DisassociateConnectionFromLag', disassociateConnectionFromLag],
  ['DescribeConnections', describeConnections],
  ['DescribeLags', describeLags],
  ['DescribeVirtualInterfaces', describeVirtualInterfaces],
  ['AssociateVirtualInterface', associateVirtualInterface],
  ['DeleteVirtualInterface', deleteVirtualInterface],
  ['CreateConnection', createConnection],
  ['UpdateConnection', updateConnection],
  ['DeleteConnection', deleteConnection],
  ['CreateLag', createLag],
  ['UpdateLag', updateLag],
  ['DeleteLag', deleteLag],
  ['AssociateMacSecKey', associateMacSecKey],
  ['DisassociateMacSecKey', disassociateMacSecKey],
  ['AllocateHostedConnection', allocateHostedConnection],
  ['DescribeHostedConnections', describeHostedConnections],
  ['DescribeInterconnects', describeInterconnects],
  ['DescribeLocations', describeLocations],
  ['DescribeTags', describeTags],
  ['TagResource', tagResource],
  ['UntagResource', untagResource],
]);
