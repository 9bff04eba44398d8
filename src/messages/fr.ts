import type { OtpParameters } from '../core/parameters.js';
import type { ByWhom, OnBrowser } from '../user/events.js';
import type { Catalogue, Phrases } from './catalogue.js';

const PARAMETERS: Readonly<Record<keyof OtpParameters, string>> = {
  algorithm: 'algorithme',
  digits: 'nombre de chiffres',
  periodSeconds: 'durée de validité',
};

const WHICH = { first: 'premier ', second: 'deuxième ' };

/** The words of the library in French, with `vous`. */
export const french: Catalogue = {
  language: 'fr',
  quotes: ['«\u00a0', '\u00a0»'],
  reasons: {
    'malformed-code': ({ field }) =>
      `Le ${field === undefined ? '' : WHICH[field]}code est incomplet. Saisissez tous les chiffres affichés par votre application.`,
    'code-mismatch': ({ lock }, phrases) => {
      const wrong = phrases.codes === 2 ? 'Ces deux codes sont incorrects' : 'Ce code est incorrect';
      if (lock !== undefined) {
        return `${wrong}. Il y a eu trop de codes erronés. ${afterLock(lock.untilMs, phrases)}`;
      }
      return phrases.codes === 2
        ? `${wrong}. Vérifiez qu’ils proviennent tous deux de cette entrée de votre application et que votre appareil règle son heure automatiquement. Saisissez ensuite deux nouveaux codes.`
        : `${wrong}. Attendez le suivant, puis réessayez.`;
    },
    'code-reused': ({ usableAtMs }, phrases) => {
      if (usableAtMs !== undefined && !phrases.isNextCode(usableAtMs)) {
        return `Votre appareil affiche des codes déjà utilisés. Réessayez ${phrases.wait(usableAtMs)}.`;
      }
      return phrases.codes === 2
        ? 'L’un de ces codes a déjà été utilisé. Attendez le code suivant, puis saisissez-en deux nouveaux.'
        : 'Ce code a déjà été utilisé. Attendez le suivant.';
    },
    'codes-identical':
      'Vous avez saisi deux fois le même code. Gardez le premier, attendez que votre application en affiche un autre et saisissez-le en second.',
    'codes-reversed':
      'Les codes sont dans le mauvais ordre. Saisissez d’abord le plus ancien, ou prenez-en deux nouveaux.',
    'codes-not-consecutive': 'Il y a eu un autre code entre ces deux-là. Saisissez deux codes consécutifs.',
    'clock-off': ({ offsetMs }, { span }) =>
      `Ces codes ont ${span(offsetMs)} ${offsetMs < 0 ? 'de retard' : 'd’avance'}. Réglez l’heure de votre appareil en mode automatique, puis saisissez deux nouveaux codes.`,
    'parameters-ignored': ({ ignored }, { list }) =>
      `Votre application ne prend pas en charge les réglages suivants\u00a0: ${list(ignored.map((name) => PARAMETERS[name]))}. Utilisez une autre application.`,
    'enrollment-expired':
      'Cette configuration a expiré. Recommencez\u00a0: supprimez l’entrée de votre application et scannez un nouveau code QR.',
    'already-assigned': 'Cet appareil est déjà configuré. Connectez-vous avec celui-ci.',
    removed:
      'Cet appareil a été retiré. Pour l’utiliser de nouveau, saisissez le code qu’il affiche maintenant, puis le suivant.',
    'not-assigned': 'Aucun appareil n’est encore configuré. Configurez-en d’abord un.',
    suspended: 'Cet appareil est suspendu. Utilisez un autre appareil ou un code de récupération.',
    locked: ({ lockedUntilMs }, phrases) => `Trop de codes erronés. ${afterLock(lockedUntilMs, phrases)}`,
    'no-recovery-codes':
      'Vous n’avez pas de codes de récupération. Utilisez un code de votre application ou contactez l’assistance.',
    'malformed-recovery-code': 'Ce code de récupération est incomplet. Saisissez les 24 lettres et chiffres.',
    'recovery-code-reused': 'Ce code de récupération a déjà été utilisé. Prenez-en un autre dans votre liste.',
    'recovery-code-mismatch':
      'Ce code de récupération est incorrect. Vérifiez votre saisie et utilisez votre liste la plus récente.',
    'no-reset':
      'Aucune réinitialisation de votre compte n’est en cours. Connectez-vous comme d’habitude ou contactez l’assistance.',
    'malformed-reset-code': 'Ce code de réinitialisation est incomplet. Saisissez les 24 lettres et chiffres.',
    'reset-code-mismatch':
      'Ce code de réinitialisation est incorrect. Vérifiez votre saisie ou demandez à l’assistance de vous le relire.',
    'reset-code-expired': 'Ce code de réinitialisation a expiré. Demandez-en un nouveau à l’assistance.',
    'browser-not-trusted':
      'Un code est de nouveau nécessaire dans ce navigateur. Saisissez celui qu’affiche votre application.',
    'unknown-browser': 'Ce navigateur n’est plus mémorisé. Il n’y a rien à retirer.',
    'unknown-device': 'Cet appareil n’existe plus. Consultez la liste de vos appareils.',
    'last-device': 'C’est votre dernier appareil. Ajoutez-en d’abord un autre.',
    'too-many-devices': 'Vous avez atteint le nombre maximal d’appareils. Retirez-en d’abord un.',
    'malformed-name': 'Ce nom n’est pas accepté. Choisissez-en un de 1 à 64 caractères.',
    'name-taken': 'Vous avez déjà un appareil de ce nom. Choisissez un autre nom.',
    'mfa-required': 'Cette action demande une connexion récente. Connectez-vous d’abord avec un code.',
    recovering:
      'La récupération de votre compte est en cours. Terminez-la d’abord\u00a0: configurez un appareil avec deux codes.',
    conflict: 'Plusieurs modifications sont arrivées en même temps et celle-ci n’a pas été enregistrée. Réessayez.',
  },
  events: {
    'device-created': {
      subject: 'La configuration d’un appareil a commencé',
      line: (event, phrases) =>
        `La configuration de l’appareil ${phrases.name(event.name)} a été commencée${by(event, phrases)}.`,
    },
    'device-assigned': {
      subject: 'Un appareil a été configuré',
      line: (event, phrases) => `L’appareil ${phrases.name(event.name)} a été configuré${by(event, phrases)}.`,
    },
    'device-imported': {
      subject: 'Un appareil a été ajouté',
      line: (event, phrases) => `L’appareil ${phrases.name(event.name)} a été ajouté${by(event, phrases)}.`,
    },
    'device-renamed': {
      subject: 'Un appareil a été renommé',
      line: (event, phrases) =>
        `L’appareil ${phrases.name(event.previousName)} a été renommé ${phrases.name(event.name)}${by(event, phrases)}.`,
    },
    'device-resynchronized': {
      subject: 'Un appareil a été resynchronisé',
      line: (event, phrases) => `L’appareil ${phrases.name(event.name)} a été resynchronisé${by(event, phrases)}.`,
    },
    'device-suspended': {
      subject: 'Un appareil a été suspendu',
      line: (event, phrases) => `L’appareil ${phrases.name(event.name)} a été suspendu${by(event, phrases)}.`,
    },
    'device-reinstated': {
      subject: 'Un appareil a été réactivé',
      line: (event, phrases) => `L’appareil ${phrases.name(event.name)} a été réactivé${by(event, phrases)}.`,
    },
    'device-removed': {
      subject: 'Un appareil a été retiré',
      line: (event, phrases) =>
        event.count === undefined || event.count < 2
          ? `L’appareil ${phrases.name(event.name)} a été retiré${by(event, phrases)}.`
          : `${phrases.plural(event.count, { one: '# appareil récent a été retiré', other: '# appareils récents ont été retirés' })}${by(event, phrases)}, le dernier étant ${phrases.name(event.name)}.`,
    },
    'signed-in': {
      subject: 'Connexion à votre compte',
      line: ({ name }, phrases) => `Connexion avec l’appareil ${phrases.name(name)}.`,
    },
    'sign-in-failed': { subject: 'Un code erroné a été saisi', line: 'Un code erroné a été saisi.' },
    'code-reused': {
      subject: 'Un code déjà utilisé a été saisi',
      line: ({ name }, phrases) => `Un code déjà utilisé de l’appareil ${phrases.name(name)} a été saisi de nouveau.`,
    },
    locked: {
      subject: 'Trop de codes erronés',
      line: ({ lockedUntilMs }, { end }) =>
        lockedUntilMs === undefined
          ? 'Trop de codes erronés ont été saisis\u00a0: les codes sont refusés jusqu’à la levée du blocage.'
          : `Trop de codes erronés ont été saisis\u00a0: les codes ont été bloqués jusqu’au ${end(lockedUntilMs)}.`,
    },
    'guessing-suspected': {
      subject: 'Quelqu’un connaît peut-être votre mot de passe',
      line: 'Quelqu’un qui connaît votre mot de passe essaie peut-être de deviner des codes.',
    },
    unlocked: {
      subject: 'Le blocage a été levé',
      line: (event, phrases) => `Le blocage a été levé${by(event, phrases)}.`,
    },
    'recovery-code-used': {
      subject: 'Un code de récupération a été utilisé',
      line: ({ recoveryCodesLeft }, { plural }) =>
        `Connexion avec un code de récupération\u00a0: ${recoveryCodesLeft === 0 ? 'il n’en reste plus' : `il en reste ${plural(recoveryCodesLeft, { other: '#' })}`}.`,
    },
    'recovery-code-failed': {
      subject: 'Un code de récupération erroné a été saisi',
      line: 'Un code de récupération erroné ou déjà utilisé a été saisi.',
    },
    'recovery-codes-created': {
      subject: 'De nouveaux codes de récupération ont été créés',
      line: (event, phrases) =>
        `De nouveaux codes de récupération ont été créés${by(event, phrases)}\u00a0: les anciens restent valables jusqu’à la saisie de l’un des nouveaux.`,
    },
    'recovery-codes-confirmed': {
      subject: 'De nouveaux codes de récupération ont été confirmés',
      line: 'Les nouveaux codes de récupération ont été confirmés, et les anciens ne sont plus valables.',
    },
    recovered: {
      subject: 'Votre compte a été récupéré',
      line: 'Le compte a été récupéré, et tous ses appareils ont été suspendus.',
    },
    'proofs-revoked': {
      subject: 'Toutes vos sessions ont été fermées',
      line: (event, phrases) => `Toutes les sessions ont été fermées${by(event, phrases)}.`,
    },
    'browser-remembered': {
      subject: 'Un navigateur a été mémorisé',
      line: (event, phrases) => `${aBrowser(event, phrases)} a été mémorisé.`,
    },
    'browser-trusted': {
      subject: 'Un navigateur est devenu fiable',
      line: (event, phrases) =>
        `${aBrowser(event, phrases)} a été déclaré fiable\u00a0: aucun code n’y est demandé jusqu’au ${phrases.time(event.untilMs)}.`,
    },
    'trusted-browser-used': {
      subject: 'Connexion sans code à votre compte',
      line: (event, phrases) =>
        event.label === undefined
          ? 'Connexion sans code depuis un navigateur fiable.'
          : `Connexion sans code depuis le navigateur ${phrases.name(event.label)}.`,
    },
    'browser-forgotten': {
      subject: 'Un navigateur demande de nouveau un code',
      line: (event, phrases) => {
        const browser = aBrowser(event, phrases);
        switch (event.cause) {
          case 'request':
            return `${browser} a été retiré des navigateurs mémorisés${by(event, phrases)}.`;
          case 'wrong-codes':
            return `${browser} n’est plus mémorisé, car trop de codes erronés en provenaient.`;
          case 'token-reused':
            return `${browser} n’est plus considéré comme fiable, car un ancien cookie a été envoyé\u00a0: quelqu’un l’a peut-être copié.`;
        }
      },
    },
    'reset-begun': {
      subject: 'Votre compte a été réinitialisé',
      line: (event, phrases) =>
        `Le compte a été réinitialisé${by(event, phrases)}, et tous ses appareils ont été suspendus. Le code de réinitialisation est valable jusqu’au ${phrases.time(event.untilMs)}.`,
    },
    'reset-code-used': {
      subject: 'Votre code de réinitialisation a été utilisé',
      line: 'Le code de réinitialisation a été utilisé pour configurer un appareil.',
    },
    'reset-code-failed': {
      subject: 'Un code de réinitialisation erroné a été saisi',
      line: 'Un code de réinitialisation erroné a été saisi.',
    },
    'reset-expired': {
      subject: 'Votre code de réinitialisation a expiré',
      line: 'Le code de réinitialisation a été saisi après son expiration\u00a0: le compte doit être réinitialisé de nouveau.',
    },
    'secret-unreadable': {
      subject: 'Un appareil n’a pas pu être vérifié',
      line: ({ name }, phrases) =>
        `Le serveur n’a pas pu lire les données enregistrées pour l’appareil ${phrases.name(name)}.`,
    },
    'user-deleted': {
      subject: 'Vos appareils ont été supprimés',
      line: (event, phrases) =>
        `Toutes les données enregistrées sur vos appareils ont été supprimées${by(event, phrases)}.`,
    },
  },
  repeated: (count, { plural }) => ` (${plural(count, { other: '# fois' })})`,
  happenedAt: (time) => `Date\u00a0: ${time}`,
  advice: {
    ifNotYou:
      'Si ce n’était pas vous, quelqu’un d’autre a peut-être accès à votre compte. Changez votre mot de passe, vérifiez ensuite vos appareils et vos navigateurs, puis contactez-nous.',
    ifGuessed: 'Si ce n’était pas vous, quelqu’un connaît probablement votre mot de passe. Changez-le maintenant.',
    ifNotAsked: 'Si vous ne l’avez pas demandé, contactez-nous immédiatement.',
    ourFault:
      'Vous n’avez fait aucune erreur. Si la connexion échoue avec cet appareil, utilisez-en un autre ou un code de récupération.',
  },
  contact: (contact) => `Pour nous joindre\u00a0: ${contact}`,
};

function afterLock(untilMs: number | undefined, { wait }: Phrases): string {
  return untilMs === undefined
    ? 'Utilisez un code de récupération ou adressez-vous à votre administrateur.'
    : `Réessayez ${wait(untilMs)}.`;
}

function by({ administrator }: ByWhom, { name }: Phrases): string {
  return administrator === undefined ? '' : ` par l’administrateur ${name(administrator)}`;
}

function aBrowser({ label }: OnBrowser, { name }: Phrases): string {
  return label === undefined ? 'Un navigateur' : `Le navigateur ${name(label)}`;
}
