import type { OtpParameters } from '../core/parameters.js';
import type { ByWhom, OnBrowser } from '../user/events.js';
import type { Catalogue, Phrases } from './catalogue.js';

const PARAMETERS: Readonly<Record<keyof OtpParameters, string>> = {
  algorithm: 'アルゴリズム',
  digits: '桁数',
  periodSeconds: '更新間隔',
};

const WHICH = { first: '1つ目の', second: '2つ目の' };

/** The words of the library in Japanese, in polite form. */
export const japanese: Catalogue = {
  language: 'ja',
  quotes: ['「', '」'],
  reasons: {
    'malformed-code': ({ field }) =>
      `${field === undefined ? '' : WHICH[field]}コードの桁数が足りないか、数字以外の文字が含まれています。アプリに表示されている数字をすべて入力してください。`,
    'code-mismatch': ({ lock }, phrases) => {
      const wrong = phrases.codes === 2 ? 'この2つのコードは正しくありません' : 'コードが正しくありません';
      if (lock !== undefined) {
        return `${wrong}。間違ったコードの入力回数が上限に達しました。${afterLock(lock.untilMs, phrases)}`;
      }
      return phrases.codes === 2
        ? `${wrong}。どちらもアプリ内のこのアカウントのコードであること、デバイスの時刻が自動設定になっていることを確認してから、新しいコードを2つ入力してください。`
        : `${wrong}。次のコードが表示されたら、そのコードを入力してください。`;
    },
    'code-reused': ({ usableAtMs }, phrases) => {
      if (usableAtMs !== undefined && !phrases.isNextCode(usableAtMs)) {
        return `デバイスに表示されているコードはすでに使用されています。${tight(phrases.wait(usableAtMs))}にもう一度お試しください。`;
      }
      return phrases.codes === 2
        ? 'どちらかのコードはすでに使用されています。次のコードが表示されてから、新しいコードを2つ入力してください。'
        : 'このコードはすでに使用されています。次のコードが表示されるまでお待ちください。';
    },
    'codes-identical':
      '同じコードが2回入力されています。1つ目はそのままにして、アプリに次のコードが表示されたら、それを2つ目に入力してください。',
    'codes-reversed':
      'コードの順番が逆です。先に表示されたコードを1つ目に入力するか、新しいコードを2つ入力してください。',
    'codes-not-consecutive': '2つのコードの間に別のコードがありました。続けて表示された2つのコードを入力してください。',
    'clock-off': ({ offsetMs }, { span }) =>
      `入力されたコードは現在の時刻から${tight(span(offsetMs))}${offsetMs < 0 ? '遅れています' : '進んでいます'}。デバイスの時刻を自動設定にしてから、新しいコードを2つ入力してください。`,
    'parameters-ignored': ({ ignored }, { list }) =>
      `お使いのアプリは次の設定に対応していません：${list(ignored.map((name) => PARAMETERS[name]))}。別のアプリをお使いください。`,
    'enrollment-expired':
      'この設定の有効期限が切れました。アプリから該当の項目を削除し、新しいQRコードを読み取って、最初からやり直してください。',
    'already-assigned': 'このデバイスはすでに設定されています。このデバイスでサインインしてください。',
    removed:
      'このデバイスは削除されています。再び使うには、デバイスに今表示されているコードと、その次のコードを入力してください。',
    'not-assigned': 'まだデバイスが設定されていません。先にデバイスを設定してください。',
    suspended: 'このデバイスは停止中です。別のデバイスかリカバリーコードをお使いください。',
    locked: ({ lockedUntilMs }, phrases) =>
      `間違ったコードの入力回数が上限に達しました。${afterLock(lockedUntilMs, phrases)}`,
    'no-recovery-codes':
      'リカバリーコードがありません。アプリのコードをお使いになるか、サポート窓口にお問い合わせください。',
    'malformed-recovery-code': 'リカバリーコードが最後まで入力されていません。英数字24文字をすべて入力してください。',
    'recovery-code-reused': 'このリカバリーコードはすでに使用されています。一覧にある別のコードをお使いください。',
    'recovery-code-mismatch':
      'リカバリーコードが正しくありません。入力に誤りがないか、最新の一覧のコードかをご確認ください。',
    'no-reset':
      'アカウントのリセットは行われていません。通常どおりサインインするか、サポート窓口にお問い合わせください。',
    'malformed-reset-code': 'リセットコードが最後まで入力されていません。英数字24文字をすべて入力してください。',
    'reset-code-mismatch':
      'リセットコードが正しくありません。入力に誤りがないかご確認いただくか、サポート窓口にもう一度お尋ねください。',
    'reset-code-expired': 'リセットコードの有効期限が切れています。サポート窓口に新しいコードをご依頼ください。',
    'browser-not-trusted': 'このブラウザーでは再びコードが必要です。アプリに表示されているコードを入力してください。',
    'unknown-browser': 'このブラウザーはすでに登録から外れています。操作は必要ありません。',
    'unknown-device': 'このデバイスは見つかりません。デバイスの一覧をご確認ください。',
    'last-device': 'これは最後のデバイスです。先に別のデバイスを追加してください。',
    'too-many-devices': 'デバイスの数が上限に達しています。先に1つ削除してください。',
    'malformed-name': 'この名前は使用できません。1～64文字の名前を入力してください。',
    'name-taken': '同じ名前のデバイスがあります。別の名前を入力してください。',
    'mfa-required': 'この操作には本人確認が必要です。先にコードでサインインしてください。',
    recovering: 'アカウントは復旧の途中です。先に2つのコードでデバイスを設定し、復旧を完了してください。',
    conflict: '複数の変更が同時に行われたため、今回の変更は保存されませんでした。もう一度お試しください。',
  },
  events: {
    'device-created': {
      subject: 'デバイスの設定が開始されました',
      line: (event, phrases) => `${by(event, phrases)}デバイス${phrases.name(event.name)}の設定が開始されました。`,
    },
    'device-assigned': {
      subject: 'デバイスが設定されました',
      line: (event, phrases) => `${by(event, phrases)}デバイス${phrases.name(event.name)}が設定されました。`,
    },
    'device-imported': {
      subject: 'デバイスが追加されました',
      line: (event, phrases) => `${by(event, phrases)}デバイス${phrases.name(event.name)}が追加されました。`,
    },
    'device-renamed': {
      subject: 'デバイスの名前が変更されました',
      line: (event, phrases) =>
        `${by(event, phrases)}デバイス${phrases.name(event.previousName)}の名前が${phrases.name(event.name)}に変更されました。`,
    },
    'device-resynchronized': {
      subject: 'デバイスが再同期されました',
      line: (event, phrases) => `${by(event, phrases)}デバイス${phrases.name(event.name)}が再同期されました。`,
    },
    'device-suspended': {
      subject: 'デバイスが停止されました',
      line: (event, phrases) => `${by(event, phrases)}デバイス${phrases.name(event.name)}が停止されました。`,
    },
    'device-reinstated': {
      subject: 'デバイスの停止が解除されました',
      line: (event, phrases) => `${by(event, phrases)}デバイス${phrases.name(event.name)}の停止が解除されました。`,
    },
    'device-removed': {
      subject: 'デバイスが削除されました',
      line: (event, phrases) =>
        event.count === undefined || event.count < 2
          ? `${by(event, phrases)}デバイス${phrases.name(event.name)}が削除されました。`
          : `${by(event, phrases)}追加後まもないデバイスが${phrases.plural(event.count, { other: '#台' })}削除されました。最後に削除されたのは${phrases.name(event.name)}です。`,
    },
    'signed-in': {
      subject: 'サインインがありました',
      line: ({ name }, phrases) => `デバイス${phrases.name(name)}でサインインしました。`,
    },
    'sign-in-failed': { subject: '間違ったコードが入力されました', line: '間違ったコードが入力されました。' },
    'code-reused': {
      subject: '使用済みのコードが入力されました',
      line: ({ name }, phrases) => `デバイス${phrases.name(name)}の使用済みのコードが再び入力されました。`,
    },
    locked: {
      subject: '間違ったコードの入力が上限に達しました',
      line: ({ lockedUntilMs }, { end }) =>
        lockedUntilMs === undefined
          ? '間違ったコードの入力が上限に達し、ロックが解除されるまでコードは受け付けられません。'
          : `間違ったコードの入力が上限に達し、${end(lockedUntilMs)}までコードがロックされました。`,
    },
    'guessing-suspected': {
      subject: 'パスワードが他人に知られている可能性があります',
      line: 'パスワードを知っている何者かが、コードを推測しようとしている可能性があります。',
    },
    unlocked: {
      subject: 'ロックが解除されました',
      line: (event, phrases) => `${by(event, phrases)}ロックが解除されました。`,
    },
    'recovery-code-used': {
      subject: 'リカバリーコードが使用されました',
      line: ({ recoveryCodesLeft }, { plural }) =>
        `リカバリーコードでサインインしました。残りは${plural(recoveryCodesLeft, { other: '#個' })}です。`,
    },
    'recovery-code-failed': {
      subject: '間違ったリカバリーコードが入力されました',
      line: '間違った、または使用済みのリカバリーコードが入力されました。',
    },
    'recovery-codes-created': {
      subject: '新しいリカバリーコードが作成されました',
      line: (event, phrases) =>
        `${by(event, phrases)}新しいリカバリーコードが作成されました。新しいコードのいずれかが入力されるまで、以前のコードは有効です。`,
    },
    'recovery-codes-confirmed': {
      subject: '新しいリカバリーコードが確認されました',
      line: '新しいリカバリーコードが確認され、以前のコードは無効になりました。',
    },
    recovered: {
      subject: 'アカウントが復旧されました',
      line: 'アカウントが復旧され、すべてのデバイスが停止されました。',
    },
    'proofs-revoked': {
      subject: 'すべてのセッションからサインアウトしました',
      line: (event, phrases) => `${by(event, phrases)}すべてのセッションがサインアウトされました。`,
    },
    'browser-remembered': {
      subject: 'ブラウザーが登録されました',
      line: (event, phrases) => `${aBrowser(event, phrases)}が登録されました。`,
    },
    'browser-trusted': {
      subject: 'ブラウザーが信頼済みになりました',
      line: (event, phrases) =>
        `${aBrowser(event, phrases)}が信頼済みになり、${phrases.time(event.untilMs)}までコードなしでサインインできます。`,
    },
    'trusted-browser-used': {
      subject: 'コードなしのサインインがありました',
      line: (event, phrases) =>
        event.label === undefined
          ? '信頼済みのブラウザーからコードなしでサインインしました。'
          : `ブラウザー${phrases.name(event.label)}からコードなしでサインインしました。`,
    },
    'browser-forgotten': {
      subject: 'ブラウザーで再びコードが必要になりました',
      line: (event, phrases) => {
        const browser = aBrowser(event, phrases);
        switch (event.cause) {
          case 'request':
            return `${by(event, phrases)}${browser}が登録から外されました。`;
          case 'wrong-codes':
            return `間違ったコードが何度も入力されたため、${browser}が登録から外されました。`;
          case 'token-reused':
            return `古いCookieが送信されたため、${browser}は信頼済みではなくなりました。Cookieがコピーされた可能性があります。`;
        }
      },
    },
    'reset-begun': {
      subject: 'アカウントがリセットされました',
      line: (event, phrases) =>
        `${by(event, phrases)}アカウントがリセットされ、すべてのデバイスが停止されました。リセットコードの有効期限は${phrases.time(event.untilMs)}です。`,
    },
    'reset-code-used': {
      subject: 'リセットコードが使用されました',
      line: 'デバイスを設定するためにリセットコードが使用されました。',
    },
    'reset-code-failed': {
      subject: '間違ったリセットコードが入力されました',
      line: '間違ったリセットコードが入力されました。',
    },
    'reset-expired': {
      subject: 'リセットコードの有効期限が切れました',
      line: '有効期限が切れたリセットコードが入力されました。アカウントをもう一度リセットする必要があります。',
    },
    'secret-unreadable': {
      subject: 'デバイスを確認できませんでした',
      line: ({ name }, phrases) => `サーバーがデバイス${phrases.name(name)}の保存データを読み取れませんでした。`,
    },
    'user-deleted': {
      subject: 'デバイスの情報が削除されました',
      line: (event, phrases) => `${by(event, phrases)}デバイスに関する保存データがすべて削除されました。`,
    },
  },
  repeated: (count, { plural }) => `（${plural(count, { other: '#回' })}）`,
  happenedAt: (time) => `日時：${time}`,
  advice: {
    ifNotYou:
      'お心当たりがない場合は、第三者がアカウントにアクセスしている可能性があります。パスワードを変更し、デバイスとブラウザーを確認したうえで、ご連絡ください。',
    ifGuessed:
      'お心当たりがない場合は、パスワードが第三者に知られている可能性が高いため、すぐにパスワードを変更してください。',
    ifNotAsked: 'この操作を依頼した覚えがない場合は、すぐにご連絡ください。',
    ourFault:
      'お客様の操作に問題はありません。このデバイスでサインインできない場合は、別のデバイスかリカバリーコードをお使いください。',
  },
  contact: (contact) => `お問い合わせ先：${contact}`,
};

function afterLock(untilMs: number | undefined, { wait }: Phrases): string {
  return untilMs === undefined
    ? 'リカバリーコードをお使いになるか、管理者にお問い合わせください。'
    : `${tight(wait(untilMs))}にもう一度お試しください。`;
}

/** Numbers stand beside their unit: `30秒後`, where `Intl` puts a space between. */
function tight(text: string): string {
  return text.replace(/^(\d+) /, '$1');
}

function by({ administrator }: ByWhom, { name }: Phrases): string {
  return administrator === undefined ? '' : `管理者${name(administrator)}により、`;
}

function aBrowser({ label }: OnBrowser, { name }: Phrases): string {
  return label === undefined ? 'ブラウザー' : `ブラウザー${name(label)}`;
}
