import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { formatKeyUri, formatSecret, type OtpParameters, parseKeyUri, secretFromBytes, totp } from 'lockstep-mfa';
import { expect, it } from 'vitest';
import { describeWith } from '../support/programs.js';
import { APPS, keepassxc, oathtool } from '../wizard/e2e/apps.js';

// Programs that nobody here wrote read what we write, and show the same codes.

const AT_MS = 1_700_000_000_000;
const SECRET = secretFromBytes(Uint8Array.from({ length: 20 }, (_, i) => (i * 37 + 5) & 0xff));
const PYTHON = '/usr/bin/python3';

function run(
  program: string,
  args: readonly string[],
  input = '',
): { readonly status: number | null; readonly out: string } {
  const { status, stdout } = spawnSync(program, args, { input, encoding: 'utf8', env: { ...process.env, TZ: 'UTC' } });
  return { status, out: stdout.trim() };
}

const PARAMETERS: readonly Partial<OtpParameters>[] = [
  {},
  { algorithm: 'SHA256', digits: 8 },
  { algorithm: 'SHA512', periodSeconds: 60 },
  { digits: 8, periodSeconds: 15 },
];
const NAMES = { issuer: 'Acme & Söhne 50% #1', account: 'CORP:älice+test@example.com (Work phone)' };
const written = PARAMETERS.map((parameters) => ({
  parameters,
  uri: formatKeyUri({ ...NAMES, secret: SECRET, parameters, image: 'https://example.com/logo.png' }),
  code: totp(SECRET, { nowMs: AT_MS, ...parameters }),
}));

describeWith([...APPS, 'pyotp'], 'oathtool, KeePassXC and pyotp read what we write', () => {
  it.each(written)('with $parameters', ({ uri, code }) => {
    expect(oathtool(uri)(AT_MS)).toBe(code);
    expect(keepassxc(uri)(AT_MS)).toBe(code);
  });

  it('pyotp, with issuer and account', () => {
    const script = [
      'import json, pyotp, sys',
      'otps = [pyotp.parse_uri(line.strip()) for line in sys.stdin]',
      `print(json.dumps([[otp.at(${AT_MS / 1000}), otp.issuer, otp.name] for otp in otps]))`,
    ].join('\n');
    // This version of pyotp knows no image, and decodes the whole before it splits it: names without reserved characters.
    const [issuer, account] = ['Acme Söhne', 'älice@example.com (Work phone)'];
    const uris = PARAMETERS.map((parameters) => formatKeyUri({ issuer, account, secret: SECRET, parameters }));
    const { out } = run(PYTHON, ['-c', script], uris.join('\n'));
    expect(JSON.parse(out)).toEqual(written.map(({ code }) => [code, issuer, account]));
  });

  it('and we read what pyotp writes', () => {
    const script =
      "import pyotp; print(pyotp.TOTP('JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP', digits=8, interval=60).provisioning_uri('alice@example.com', issuer_name='Acme Co'))";
    expect(parseKeyUri(run(PYTHON, ['-c', script]).out)).toMatchObject({
      ok: true,
      warnings: [],
      keyUri: { issuer: 'Acme Co', account: 'alice@example.com', parameters: { digits: 8, periodSeconds: 60 } },
    });
  });
});

describeWith(['google-authenticator', 'pyotp', 'faketime'], "google-authenticator's PAM module", () => {
  /** Whether it lets in with this code, where its file has the secret that stands in the key URI. */
  function lets(uri: string, code: string): boolean {
    const folder = mkdtempSync(join(tmpdir(), 'lockstep-mfa-pam-'));
    try {
      const file = join(folder, 'secret');
      writeFileSync(file, `${new URL(uri).searchParams.get('secret')}\n" TOTP_AUTH\n`, { mode: 0o600 });
      const rule = `auth required pam_google_authenticator.so secret=${file} no_strict_owner allowed_perm=0600\n`;
      writeFileSync(join(folder, 'lockstep'), rule);
      const time = new Date(AT_MS).toISOString().replace('T', ' ').slice(0, 19);
      const script = fileURLToPath(new URL('pam.py', import.meta.url));
      const { status } = run('faketime', ['-f', `@${time}`, PYTHON, script, folder, 'root', code]);
      if (status !== 0 && status !== 1) throw new Error('no PAM');
      return status === 0;
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  it('takes our codes of what we write, and no other', () => {
    const uri = formatKeyUri({ ...NAMES, secret: SECRET });
    const code = totp(SECRET, { nowMs: AT_MS });
    expect(lets(uri, code)).toBe(true);
    const other = String((Number(code) + 1) % 1_000_000).padStart(6, '0');
    expect(lets(uri, other)).toBe(false);
  });

  it('writes what we read', () => {
    const folder = mkdtempSync(join(tmpdir(), 'lockstep-mfa-pam-'));
    const args = ['-t', '-C', '-f', '-d', '-r', '3', '-R', '30', '-w', '3', '-Q', 'ANSI', '-e', '1'];
    const { out } = run('google-authenticator', [
      ...args,
      '-l',
      'alice@host',
      '-i',
      'Acme Co',
      '-s',
      join(folder, 'file'),
    ]);
    rmSync(folder, { recursive: true });
    // Its address for a chart has the key URI, encoded behind the label.
    const uri = decodeURIComponent(/otpauth:\/\/\S+/.exec(out)![0]);
    const parsed = parseKeyUri(uri);
    expect(parsed).toMatchObject({ ok: true, warnings: [], keyUri: { issuer: 'Acme Co', account: 'alice@host' } });
    const key = /secret key is: (\S+)/.exec(out)![1];
    expect(parsed.ok && parsed.keyUri.type === 'totp' && formatSecret(parsed.keyUri.secret)).toBe(key);
  });
});
