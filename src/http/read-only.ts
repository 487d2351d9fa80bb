import { TrueupError } from '../core/errors.ts';
import type { Transport } from './contract.ts';

/** A transport that lets nothing but GET through: `read-only-violation`. */
export function toReadOnly(transport: Transport): Transport {
  return (request) => {
    if (request.method === 'GET') return transport(request);
    const message = `${request.method} was about to be sent while planning`;
    return Promise.reject(new TrueupError('read-only-violation', message));
  };
}
