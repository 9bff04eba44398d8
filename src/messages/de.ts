import type { OtpParameters } from '../core/parameters.js';
import type { ByWhom, OnBrowser } from '../user/events.js';
import type { Catalogue, Phrases } from './catalogue.js';

const PARAMETERS: Readonly<Record<keyof OtpParameters, string>> = {
  algorithm: 'Algorithmus',
  digits: 'Anzahl der Ziffern',
  periodSeconds: 'Gültigkeitsdauer',
};

const WHICH = { first: 'erste ', second: 'zweite ' };

/** The words of the library in German, with the formal address. */
export const german: Catalogue = {
  language: 'de',
  quotes: ['„', '“'],
  reasons: {
    'malformed-code': ({ field }) =>
      `Der ${field === undefined ? '' : WHICH[field]}Code ist unvollständig. Geben Sie alle Ziffern ein, die Ihre App anzeigt.`,
    'code-mismatch': ({ lock }, phrases) => {
      const wrong = phrases.codes === 2 ? 'Diese beiden Codes sind falsch' : 'Dieser Code ist falsch';
      if (lock !== undefined) {
        return `${wrong}. Es waren zu viele falsche Codes. ${afterLock(lock.untilMs, phrases)}`;
      }
      return phrases.codes === 2
        ? `${wrong}. Prüfen Sie, ob beide zu diesem Eintrag in Ihrer App gehören und ob Ihr Gerät die Uhrzeit automatisch einstellt. Geben Sie dann zwei neue Codes ein.`
        : `${wrong}. Warten Sie auf den nächsten und versuchen Sie es noch einmal.`;
    },
    'code-reused': ({ usableAtMs }, phrases) => {
      if (usableAtMs !== undefined && !phrases.isNextCode(usableAtMs)) {
        return `Ihr Gerät zeigt Codes an, die schon verwendet wurden. Versuchen Sie es ${phrases.wait(usableAtMs)} noch einmal.`;
      }
      return phrases.codes === 2
        ? 'Einer dieser Codes wurde schon verwendet. Warten Sie auf den nächsten Code und geben Sie dann zwei neue ein.'
        : 'Dieser Code wurde schon verwendet. Warten Sie auf den nächsten.';
    },
    'codes-identical':
      'Sie haben zweimal denselben Code eingegeben. Behalten Sie den ersten, warten Sie, bis Ihre App einen neuen anzeigt, und geben Sie diesen als zweiten ein.',
    'codes-reversed':
      'Die Codes stehen in der falschen Reihenfolge. Geben Sie den älteren zuerst ein oder nehmen Sie zwei neue.',
    'codes-not-consecutive':
      'Zwischen diesen beiden Codes lag noch ein anderer. Geben Sie zwei Codes ein, die direkt aufeinander folgen.',
    'clock-off': ({ offsetMs }, { span }) =>
      `${offsetMs < 0 ? `Diese Codes sind ${span(offsetMs)} alt` : `Diese Codes sind der Zeit ${span(offsetMs)} voraus`}. Stellen Sie die Uhr Ihres Geräts auf automatisch und geben Sie dann zwei neue Codes ein.`,
    'parameters-ignored': ({ ignored }, { list }) =>
      `Ihre App unterstützt folgende Einstellungen nicht: ${list(ignored.map((name) => PARAMETERS[name]))}. Verwenden Sie eine andere App.`,
    'enrollment-expired':
      'Diese Einrichtung ist abgelaufen. Beginnen Sie noch einmal: Löschen Sie den Eintrag aus Ihrer App und scannen Sie einen neuen QR-Code.',
    'already-assigned': 'Dieses Gerät ist schon eingerichtet. Melden Sie sich damit an.',
    removed:
      'Dieses Gerät wurde entfernt. Um es wieder zu verwenden, geben Sie den Code ein, den es jetzt anzeigt, und den darauf folgenden.',
    'not-assigned': 'Es ist noch kein Gerät eingerichtet. Richten Sie zuerst eines ein.',
    suspended: 'Dieses Gerät ist deaktiviert. Verwenden Sie ein anderes Gerät oder einen Wiederherstellungscode.',
    locked: ({ lockedUntilMs }, phrases) => `Zu viele falsche Codes. ${afterLock(lockedUntilMs, phrases)}`,
    'no-recovery-codes':
      'Sie haben keine Wiederherstellungscodes. Verwenden Sie einen Code Ihrer App oder wenden Sie sich an den Support.',
    'malformed-recovery-code':
      'Dieser Wiederherstellungscode ist unvollständig. Geben Sie alle 24 Buchstaben und Ziffern ein.',
    'recovery-code-reused':
      'Dieser Wiederherstellungscode wurde schon verwendet. Nehmen Sie einen anderen aus Ihrer Liste.',
    'recovery-code-mismatch':
      'Dieser Wiederherstellungscode ist falsch. Prüfen Sie ihn auf Tippfehler und verwenden Sie Ihre neueste Liste.',
    'no-reset':
      'Für Ihr Konto gibt es keine offene Zurücksetzung. Melden Sie sich wie gewohnt an oder wenden Sie sich an den Support.',
    'malformed-reset-code': 'Dieser Rücksetzcode ist unvollständig. Geben Sie alle 24 Buchstaben und Ziffern ein.',
    'reset-code-mismatch':
      'Dieser Rücksetzcode ist falsch. Prüfen Sie ihn auf Tippfehler oder lassen Sie ihn sich vom Support noch einmal vorlesen.',
    'reset-code-expired': 'Dieser Rücksetzcode ist abgelaufen. Bitten Sie den Support um einen neuen.',
    'browser-not-trusted': 'Dieser Browser braucht wieder einen Code. Geben Sie den Code ein, den Ihre App anzeigt.',
    'unknown-browser': 'Dieser Browser ist nicht mehr gespeichert. Es gibt nichts zu entfernen.',
    'unknown-device': 'Dieses Gerät gibt es nicht mehr. Sehen Sie in der Liste Ihrer Geräte nach.',
    'last-device': 'Das ist Ihr letztes Gerät. Fügen Sie zuerst ein anderes hinzu.',
    'too-many-devices': 'Mehr Geräte sind nicht erlaubt. Entfernen Sie zuerst eines.',
    'malformed-name': 'Dieser Name ist nicht möglich. Wählen Sie einen mit 1 bis 64 Zeichen.',
    'name-taken': 'Sie haben schon ein Gerät mit diesem Namen. Wählen Sie einen anderen.',
    'mfa-required': 'Dafür ist eine neue Anmeldung nötig. Melden Sie sich zuerst mit einem Code an.',
    recovering:
      'Ihr Konto wird gerade wiederhergestellt. Schließen Sie das zuerst ab: Richten Sie ein Gerät mit zwei Codes ein.',
    conflict: 'Mehrere Änderungen kamen gleichzeitig, und diese wurde nicht gespeichert. Versuchen Sie es noch einmal.',
  },
  events: {
    'device-created': {
      subject: 'Die Einrichtung eines Geräts wurde begonnen',
      line: (event, phrases) => `Die Einrichtung von ${phrases.name(event.name)} wurde${by(event, phrases)} begonnen.`,
    },
    'device-assigned': {
      subject: 'Ein Gerät wurde eingerichtet',
      line: (event, phrases) => `${phrases.name(event.name)} wurde${by(event, phrases)} eingerichtet.`,
    },
    'device-imported': {
      subject: 'Ein Gerät wurde hinzugefügt',
      line: (event, phrases) => `${phrases.name(event.name)} wurde${by(event, phrases)} hinzugefügt.`,
    },
    'device-renamed': {
      subject: 'Ein Gerät wurde umbenannt',
      line: (event, phrases) =>
        `${phrases.name(event.previousName)} wurde${by(event, phrases)} in ${phrases.name(event.name)} umbenannt.`,
    },
    'device-resynchronized': {
      subject: 'Ein Gerät wurde neu synchronisiert',
      line: (event, phrases) => `${phrases.name(event.name)} wurde${by(event, phrases)} neu synchronisiert.`,
    },
    'device-suspended': {
      subject: 'Ein Gerät wurde deaktiviert',
      line: (event, phrases) => `${phrases.name(event.name)} wurde${by(event, phrases)} deaktiviert.`,
    },
    'device-reinstated': {
      subject: 'Ein Gerät wurde wieder aktiviert',
      line: (event, phrases) => `${phrases.name(event.name)} wurde${by(event, phrases)} wieder aktiviert.`,
    },
    'device-removed': {
      subject: 'Ein Gerät wurde entfernt',
      line: (event, phrases) =>
        event.count === undefined || event.count < 2
          ? `${phrases.name(event.name)} wurde${by(event, phrases)} entfernt.`
          : `${phrases.plural(event.count, { one: '# neues Gerät wurde', other: '# neue Geräte wurden' })}${by(event, phrases)} wieder entfernt, zuletzt ${phrases.name(event.name)}.`,
    },
    'signed-in': {
      subject: 'Sie haben sich angemeldet',
      line: ({ name }, phrases) => `Anmeldung mit ${phrases.name(name)}.`,
    },
    'sign-in-failed': {
      subject: 'Ein falscher Code wurde eingegeben',
      line: 'Ein falscher Code wurde eingegeben.',
    },
    'code-reused': {
      subject: 'Ein verwendeter Code wurde noch einmal eingegeben',
      line: ({ name }, phrases) => `Ein schon verwendeter Code von ${phrases.name(name)} wurde noch einmal eingegeben.`,
    },
    locked: {
      subject: 'Zu viele falsche Codes',
      line: ({ lockedUntilMs }, { end }) =>
        lockedUntilMs === undefined
          ? 'Es wurden zu viele falsche Codes eingegeben: Codes sind gesperrt, bis die Sperre aufgehoben wird.'
          : `Es wurden zu viele falsche Codes eingegeben: Codes waren bis ${end(lockedUntilMs)} gesperrt.`,
    },
    'guessing-suspected': {
      subject: 'Möglicherweise kennt jemand Ihr Passwort',
      line: 'Möglicherweise kennt jemand Ihr Passwort und versucht, Codes zu erraten.',
    },
    unlocked: {
      subject: 'Die Sperre wurde aufgehoben',
      line: (event, phrases) => `Die Sperre wurde${by(event, phrases)} aufgehoben.`,
    },
    'recovery-code-used': {
      subject: 'Ein Wiederherstellungscode wurde verwendet',
      line: ({ recoveryCodesLeft }, { plural }) =>
        `Anmeldung mit einem Wiederherstellungscode: ${recoveryCodesLeft === 0 ? 'keiner ist mehr' : plural(recoveryCodesLeft, { one: '# ist noch', other: '# sind noch' })} übrig.`,
    },
    'recovery-code-failed': {
      subject: 'Ein falscher Wiederherstellungscode wurde eingegeben',
      line: 'Ein falscher oder schon verwendeter Wiederherstellungscode wurde eingegeben.',
    },
    'recovery-codes-created': {
      subject: 'Neue Wiederherstellungscodes wurden erstellt',
      line: (event, phrases) =>
        `Neue Wiederherstellungscodes wurden${by(event, phrases)} erstellt: Die alten gelten, bis einer der neuen eingegeben wird.`,
    },
    'recovery-codes-confirmed': {
      subject: 'Neue Wiederherstellungscodes wurden bestätigt',
      line: 'Die neuen Wiederherstellungscodes wurden bestätigt, ältere gelten nicht mehr.',
    },
    recovered: {
      subject: 'Ihr Konto wurde wiederhergestellt',
      line: 'Das Konto wurde wiederhergestellt, und alle Geräte wurden deaktiviert.',
    },
    'proofs-revoked': {
      subject: 'Sie wurden überall abgemeldet',
      line: (event, phrases) => `Alle Sitzungen wurden${by(event, phrases)} abgemeldet.`,
    },
    'browser-remembered': {
      subject: 'Ein Browser wurde gespeichert',
      line: (event, phrases) => `${aBrowser(event, phrases)} wurde gespeichert.`,
    },
    'browser-trusted': {
      subject: 'Einem Browser wird jetzt vertraut',
      line: (event, phrases) =>
        `${aBrowser(event, phrases)} wurde als vertrauenswürdig eingestuft: Die Anmeldung braucht dort bis ${phrases.time(event.untilMs)} keinen Code.`,
    },
    'trusted-browser-used': {
      subject: 'Sie haben sich ohne Code angemeldet',
      line: (event, phrases) =>
        event.label === undefined
          ? 'Anmeldung ohne Code in einem vertrauenswürdigen Browser.'
          : `Anmeldung ohne Code in ${phrases.name(event.label)}.`,
    },
    'browser-forgotten': {
      subject: 'Ein Browser braucht wieder einen Code',
      line: (event, phrases) => {
        const browser = aBrowser(event, phrases);
        switch (event.cause) {
          case 'request':
            return `${browser} wurde${by(event, phrases)} aus den gespeicherten Browsern entfernt.`;
          case 'wrong-codes':
            return `${browser} ist nicht mehr gespeichert, weil zu viele falsche Codes von dort kamen.`;
          case 'token-reused':
            return `${browser} gilt nicht mehr als vertrauenswürdig, weil ein altes Cookie gesendet wurde: Möglicherweise hat es jemand kopiert.`;
        }
      },
    },
    'reset-begun': {
      subject: 'Ihr Konto wurde zurückgesetzt',
      line: (event, phrases) =>
        `Das Konto wurde${by(event, phrases)} zurückgesetzt, und alle Geräte wurden deaktiviert. Der Rücksetzcode gilt bis ${phrases.time(event.untilMs)}.`,
    },
    'reset-code-used': {
      subject: 'Ihr Rücksetzcode wurde verwendet',
      line: 'Der Rücksetzcode wurde verwendet, um ein Gerät einzurichten.',
    },
    'reset-code-failed': {
      subject: 'Ein falscher Rücksetzcode wurde eingegeben',
      line: 'Ein falscher Rücksetzcode wurde eingegeben.',
    },
    'reset-expired': {
      subject: 'Ihr Rücksetzcode ist abgelaufen',
      line: 'Der Rücksetzcode wurde erst nach seinem Ablauf eingegeben: Das Konto muss noch einmal zurückgesetzt werden.',
    },
    'secret-unreadable': {
      subject: 'Ein Gerät konnte nicht geprüft werden',
      line: ({ name }, phrases) => `Der Server konnte die gespeicherten Daten von ${phrases.name(name)} nicht lesen.`,
    },
    'user-deleted': {
      subject: 'Ihre Geräte wurden gelöscht',
      line: (event, phrases) => `Alle gespeicherten Daten Ihrer Geräte wurden${by(event, phrases)} gelöscht.`,
    },
  },
  repeated: (count, { plural }) => ` (${plural(count, { other: '#-mal' })})`,
  happenedAt: (time) => `Zeitpunkt: ${time}`,
  advice: {
    ifNotYou:
      'Wenn Sie das nicht waren, hat möglicherweise jemand anderes Zugang zu Ihrem Konto. Ändern Sie Ihr Passwort, prüfen Sie dann Ihre Geräte und Browser, und wenden Sie sich an uns.',
    ifGuessed: 'Wenn Sie das nicht waren, kennt wahrscheinlich jemand Ihr Passwort. Ändern Sie es jetzt.',
    ifNotAsked: 'Wenn Sie nicht darum gebeten haben, wenden Sie sich bitte sofort an uns.',
    ourFault:
      'Sie haben nichts falsch gemacht. Wenn die Anmeldung mit diesem Gerät nicht gelingt, verwenden Sie ein anderes oder einen Wiederherstellungscode.',
  },
  contact: (contact) => `So erreichen Sie uns: ${contact}`,
};

function afterLock(untilMs: number | undefined, { wait }: Phrases): string {
  return untilMs === undefined
    ? 'Verwenden Sie einen Wiederherstellungscode oder wenden Sie sich an Ihren Administrator.'
    : `Versuchen Sie es ${wait(untilMs)} noch einmal.`;
}

function by({ administrator }: ByWhom, { name }: Phrases): string {
  return administrator === undefined ? '' : ` vom Administrator ${name(administrator)}`;
}

function aBrowser({ label }: OnBrowser, { name }: Phrases): string {
  return label === undefined ? 'Ein Browser' : name(label);
}
