export { createMfaService, totp } from 'lockstep-mfa';
