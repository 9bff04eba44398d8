export { type StoreCheck, storeContract } from './contract/store-contract.js';
export { type FixedClock, fixedClock } from './fixed-clock.js';
export {
  type TypedCode,
  type TypedCodes,
  type VirtualAuthenticator,
  type VirtualAuthenticatorOptions,
  virtualAuthenticator,
} from './virtual-authenticator.js';
