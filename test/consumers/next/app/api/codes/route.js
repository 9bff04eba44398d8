import { parseSecret, totp } from 'lockstep-mfa';

export const runtime = 'edge';

export function GET() {
  const code = totp(parseSecret('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'), { nowMs: 59_000, digits: 8 });
  return Response.json({ code });
}
