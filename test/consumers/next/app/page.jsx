import { createMfaService, plaintextSealer } from 'lockstep-mfa';
import { qrDataUrl } from 'lockstep-mfa/qr';
import { memoryStore } from 'lockstep-mfa/stores/memory';
import { Countdown } from './countdown';

export default async function Page() {
  const mfa = createMfaService({ issuer: 'Acme', store: memoryStore(), sealer: plaintextSealer() });
  const created = await mfa.createDevice('user', { name: 'Phone', account: 'alice' });
  if (!created.ok) throw new Error(created.reason);
  return (
    <main>
      {/* biome-ignore lint/performance/noImgElement: a data URL. */}
      <img alt="QR code" src={qrDataUrl(created.keyUri)} />
      <Countdown />
    </main>
  );
}
