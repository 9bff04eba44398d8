export { type FixedClock, fixedClock } from './fixed-clock.js';
export { type StoreCheck, storeContract } from './store-contract.js';
export {
  type TypedCode,
  type TypedCodes,
  type VirtualAuthenticator,
  type VirtualAuthenticatorOptions,
  virtualAuthenticator,
} from './virtual-authenticator.js';
