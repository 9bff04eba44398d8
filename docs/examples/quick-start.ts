// From no MFA to an assigned device to a sign-in. Run it: npx tsx docs/examples/quick-start.ts
import { createInterface } from 'node:readline/promises';
import { generateSecret } from 'lockstep-mfa';
import { assignDevice, createDevice, showDevice, verifyCode } from 'lockstep-mfa/device';
import { qrTerminal } from 'lockstep-mfa/qr';

const terminal = createInterface(process.stdin, process.stdout);
const ask = (what: string) => terminal.question(`${what}: `);

// 1. A secret, a pending device, and the picture to scan.
const secret = generateSecret();
const pending = createDevice({ serialNumber: 'alice-phone', nowMs: Date.now() });
const { keyUri, setupKey } = showDevice(pending, secret, { issuer: 'Acme', account: 'alice@example.com' });
console.log(`${qrTerminal(keyUri)}\n${setupKey}`);

// 2. Two consecutive codes assign it.
const codes = [await ask('Code'), await ask('Next code')] as const;
const assigned = assignDevice(pending, secret, codes, { nowMs: Date.now() });
if (!assigned.ok) throw new Error(assigned.reason); // 'codes-reversed', 'clock-off', …: ask again, with assigned.device

// 3. Sign in. Store the device that comes back: it knows which codes are used up. And count failures, per user.
const signIn = verifyCode(assigned.device, secret, await ask('Sign in'), { nowMs: Date.now() });
console.log(signIn.ok ? 'Welcome.' : signIn.reason);
terminal.close();
