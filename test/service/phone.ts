import { counterAt, hotp, type OtpParameters, parseKeyUri, type Secret } from 'lockstep-mfa';

/** An authenticator app with one entry. It knows what the key URI says, and no more. */
export class Phone {
  readonly secret: Secret;
  readonly parameters: OtpParameters;

  constructor(secret: Secret, parameters: OtpParameters) {
    this.secret = secret;
    this.parameters = parameters;
  }

  static scan(keyUri: string): Phone {
    const read = parseKeyUri(keyUri);
    if (!read.ok) throw new Error(read.reason);
    return new Phone(read.keyUri.secret, read.keyUri.parameters);
  }

  /** What it shows when its clock is `steps` ahead (+) of `nowMs` or behind (−). */
  code(nowMs: number, steps = 0): string {
    return hotp(this.secret, counterAt({ nowMs, ...this.parameters }) + steps, this.parameters);
  }

  /** That code, after the one before it. */
  pair(nowMs: number, steps = 0): readonly [first: string, second: string] {
    return [this.code(nowMs, steps - 1), this.code(nowMs, steps)];
  }
}

/** Farther than any range that is searched with the default policy. */
const SEARCHED = 250;

/** Codes that are wrong for all of these phones, wherever the server looks. */
export function wrongCodes(count: number, nowMs: number, ...phones: readonly Phone[]): string[] {
  const right = new Set<string>();
  for (const phone of phones) {
    for (let steps = -SEARCHED; steps <= SEARCHED; steps++) right.add(phone.code(nowMs, steps));
  }
  const wrong: string[] = [];
  for (let guess = 0; wrong.length < count; guess++) {
    const code = String(guess).padStart(6, '0');
    if (!right.has(code)) wrong.push(code);
  }
  return wrong;
}

export function wrongCode(nowMs: number, ...phones: readonly Phone[]): string {
  return wrongCodes(1, nowMs, ...phones)[0]!;
}
