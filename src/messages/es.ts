import type { OtpParameters } from '../core/parameters.js';
import type { ByWhom, OnBrowser } from '../user/events.js';
import type { Catalogue, Phrases } from './catalogue.js';

const PARAMETERS: Readonly<Record<keyof OtpParameters, string>> = {
  algorithm: 'algoritmo',
  digits: 'número de dígitos',
  periodSeconds: 'período de validez',
};

const WHICH = { first: 'El primer código', second: 'El segundo código' };

/** The words of the library in Spanish, with `usted`. */
export const spanish: Catalogue = {
  language: 'es',
  quotes: ['“', '”'],
  reasons: {
    'malformed-code': ({ field }) =>
      `${field === undefined ? 'El código' : WHICH[field]} está incompleto. Escriba todos los dígitos que muestra su aplicación.`,
    'code-mismatch': ({ lock }, phrases) => {
      const wrong = phrases.codes === 2 ? 'Estos dos códigos no son correctos' : 'Este código no es correcto';
      if (lock !== undefined) {
        return `${wrong}. Ha habido demasiados códigos erróneos. ${afterLock(lock.untilMs, phrases)}`;
      }
      return phrases.codes === 2
        ? `${wrong}. Compruebe que ambos son de esta entrada de su aplicación y que su dispositivo ajusta la hora automáticamente. Después, escriba dos códigos nuevos.`
        : `${wrong}. Espere al siguiente y vuelva a intentarlo.`;
    },
    'code-reused': ({ usableAtMs }, phrases) => {
      if (usableAtMs !== undefined && !phrases.isNextCode(usableAtMs)) {
        return `Su dispositivo muestra códigos que ya se han usado. Vuelva a intentarlo ${phrases.wait(usableAtMs)}.`;
      }
      return phrases.codes === 2
        ? 'Uno de estos códigos ya se ha usado. Espere al siguiente código y escriba después dos nuevos.'
        : 'Este código ya se ha usado. Espere al siguiente.';
    },
    'codes-identical':
      'Ha escrito dos veces el mismo código. Deje el primero, espere a que su aplicación muestre otro y escríbalo como segundo.',
    'codes-reversed': 'Los códigos están en el orden equivocado. Escriba primero el más antiguo o use dos nuevos.',
    'codes-not-consecutive': 'Entre estos dos códigos hubo otro. Escriba dos códigos consecutivos.',
    'clock-off': ({ offsetMs }, { span }) =>
      `Estos códigos llevan ${span(offsetMs)} de ${offsetMs < 0 ? 'retraso' : 'adelanto'}. Ponga la hora de su dispositivo en automático y escriba después dos códigos nuevos.`,
    'parameters-ignored': ({ ignored }, { list }) =>
      `Su aplicación no admite estos ajustes: ${list(ignored.map((name) => PARAMETERS[name]))}. Use otra aplicación.`,
    'enrollment-expired':
      'Esta configuración ha caducado. Empiece de nuevo: borre la entrada de su aplicación y escanee un código QR nuevo.',
    'already-assigned': 'Este dispositivo ya está configurado. Inicie sesión con él.',
    removed: 'Este dispositivo se eliminó. Para recuperarlo, escriba el código que muestra ahora y el siguiente.',
    'not-assigned': 'Todavía no hay ningún dispositivo configurado. Configure uno primero.',
    suspended: 'Este dispositivo está suspendido. Use otro dispositivo o un código de recuperación.',
    locked: ({ lockedUntilMs }, phrases) => `Demasiados códigos erróneos. ${afterLock(lockedUntilMs, phrases)}`,
    'no-recovery-codes':
      'No tiene códigos de recuperación. Use un código de su aplicación o póngase en contacto con el servicio de asistencia.',
    'malformed-recovery-code': 'Este código de recuperación está incompleto. Escriba sus 24 letras y números.',
    'recovery-code-reused': 'Este código de recuperación ya se ha usado. Use otro de su lista.',
    'recovery-code-mismatch':
      'Este código de recuperación no es correcto. Compruebe que lo ha escrito bien y use su lista más reciente.',
    'no-reset':
      'Su cuenta no tiene ningún restablecimiento pendiente. Inicie sesión como siempre o consulte al servicio de asistencia.',
    'malformed-reset-code': 'Este código de restablecimiento está incompleto. Escriba sus 24 letras y números.',
    'reset-code-mismatch':
      'Este código de restablecimiento no es correcto. Compruebe que lo ha escrito bien o pida al servicio de asistencia que se lo lea otra vez.',
    'reset-code-expired': 'Este código de restablecimiento ha caducado. Pida uno nuevo al servicio de asistencia.',
    'browser-not-trusted': 'Este navegador vuelve a necesitar un código. Escriba el que muestra su aplicación.',
    'unknown-browser': 'Este navegador ya no está guardado. No hay nada que quitar.',
    'unknown-device': 'Ese dispositivo ya no existe. Consulte la lista de sus dispositivos.',
    'last-device': 'Este es su último dispositivo. Añada otro primero.',
    'too-many-devices': 'Ha alcanzado el número máximo de dispositivos. Elimine uno primero.',
    'malformed-name': 'Ese nombre no se puede usar. Elija uno de 1 a 64 caracteres.',
    'name-taken': 'Ya tiene un dispositivo con ese nombre. Elija otro.',
    'mfa-required': 'Para esto hace falta un inicio de sesión reciente. Inicie sesión primero con un código.',
    recovering:
      'Su cuenta se está recuperando. Termine primero la recuperación: configure un dispositivo con dos códigos.',
    conflict: 'Llegaron varios cambios a la vez y este no se guardó. Vuelva a intentarlo.',
  },
  events: {
    'device-created': {
      subject: 'Se empezó a configurar un dispositivo',
      line: (event, phrases) =>
        `${who(event, phrases)} empezó a configurar el dispositivo ${phrases.name(event.name)}.`,
    },
    'device-assigned': {
      subject: 'Se configuró un dispositivo',
      line: (event, phrases) => `${who(event, phrases)} configuró el dispositivo ${phrases.name(event.name)}.`,
    },
    'device-imported': {
      subject: 'Se añadió un dispositivo',
      line: (event, phrases) => `${who(event, phrases)} añadió el dispositivo ${phrases.name(event.name)}.`,
    },
    'device-renamed': {
      subject: 'Se cambió el nombre de un dispositivo',
      line: (event, phrases) =>
        `${who(event, phrases)} cambió el nombre del dispositivo ${phrases.name(event.previousName)} a ${phrases.name(event.name)}.`,
    },
    'device-resynchronized': {
      subject: 'Se resincronizó un dispositivo',
      line: (event, phrases) => `${who(event, phrases)} resincronizó el dispositivo ${phrases.name(event.name)}.`,
    },
    'device-suspended': {
      subject: 'Se suspendió un dispositivo',
      line: (event, phrases) => `${who(event, phrases)} suspendió el dispositivo ${phrases.name(event.name)}.`,
    },
    'device-reinstated': {
      subject: 'Se reactivó un dispositivo',
      line: (event, phrases) => `${who(event, phrases)} reactivó el dispositivo ${phrases.name(event.name)}.`,
    },
    'device-removed': {
      subject: 'Se eliminó un dispositivo',
      line: (event, phrases) => {
        if (event.count === undefined || event.count < 2) {
          return `${who(event, phrases)} eliminó el dispositivo ${phrases.name(event.name)}.`;
        }
        const devices = phrases.plural(event.count, {
          one: '# dispositivo reciente',
          other: '# dispositivos recientes',
        });
        const removed = event.administrator === undefined ? 'Se eliminaron' : `${who(event, phrases)} eliminó`;
        return `${removed} ${devices}; el último fue ${phrases.name(event.name)}.`;
      },
    },
    'signed-in': {
      subject: 'Ha iniciado sesión',
      line: ({ name }, phrases) => `Inicio de sesión con el dispositivo ${phrases.name(name)}.`,
    },
    'sign-in-failed': {
      subject: 'Se introdujo un código erróneo',
      line: 'Se introdujo un código erróneo.',
    },
    'code-reused': {
      subject: 'Se volvió a introducir un código ya usado',
      line: ({ name }, phrases) => `Se volvió a introducir un código ya usado del dispositivo ${phrases.name(name)}.`,
    },
    locked: {
      subject: 'Demasiados códigos erróneos',
      line: ({ lockedUntilMs }, { end }) =>
        lockedUntilMs === undefined
          ? 'Se introdujeron demasiados códigos erróneos: los códigos se rechazan hasta que se levante el bloqueo.'
          : `Se introdujeron demasiados códigos erróneos: los códigos quedaron bloqueados hasta el ${end(lockedUntilMs)}.`,
    },
    'guessing-suspected': {
      subject: 'Es posible que alguien conozca su contraseña',
      line: 'Es posible que alguien que conoce su contraseña esté intentando adivinar códigos.',
    },
    unlocked: {
      subject: 'Se levantó el bloqueo',
      line: (event, phrases) => `${who(event, phrases)} levantó el bloqueo.`,
    },
    'recovery-code-used': {
      subject: 'Se usó un código de recuperación',
      line: ({ recoveryCodesLeft }, { plural }) =>
        `Inicio de sesión con un código de recuperación: ${recoveryCodesLeft === 0 ? 'no queda ninguno' : plural(recoveryCodesLeft, { one: 'queda #', other: 'quedan #' })}.`,
    },
    'recovery-code-failed': {
      subject: 'Se introdujo un código de recuperación erróneo',
      line: 'Se introdujo un código de recuperación erróneo o ya usado.',
    },
    'recovery-codes-created': {
      subject: 'Se crearon códigos de recuperación nuevos',
      line: (event, phrases) => {
        const created = event.administrator === undefined ? 'Se crearon' : `${who(event, phrases)} creó`;
        return `${created} códigos de recuperación nuevos: los anteriores sirven hasta que se introduzca uno de los nuevos.`;
      },
    },
    'recovery-codes-confirmed': {
      subject: 'Se confirmaron los códigos de recuperación nuevos',
      line: 'Se confirmaron los códigos de recuperación nuevos y los anteriores dejaron de servir.',
    },
    recovered: {
      subject: 'Se recuperó su cuenta',
      line: 'Se recuperó la cuenta y se suspendieron todos sus dispositivos.',
    },
    'proofs-revoked': {
      subject: 'Se cerraron todas sus sesiones',
      line: (event, phrases) =>
        event.administrator === undefined
          ? 'Se cerraron todas las sesiones.'
          : `${who(event, phrases)} cerró todas las sesiones.`,
    },
    'browser-remembered': {
      subject: 'Se guardó un navegador',
      line: (event, phrases) => `Se guardó ${aBrowser(event, phrases)}.`,
    },
    'browser-trusted': {
      subject: 'Un navegador pasó a ser de confianza',
      line: (event, phrases) =>
        `Se marcó como de confianza ${aBrowser(event, phrases)}: no pedirá ningún código hasta el ${phrases.time(event.untilMs)}.`,
    },
    'trusted-browser-used': {
      subject: 'Ha iniciado sesión sin código',
      line: (event, phrases) =>
        event.label === undefined
          ? 'Inicio de sesión sin código desde un navegador de confianza.'
          : `Inicio de sesión sin código desde el navegador ${phrases.name(event.label)}.`,
    },
    'browser-forgotten': {
      subject: 'Un navegador vuelve a necesitar un código',
      line: (event, phrases) => {
        const browser = aBrowser(event, phrases);
        switch (event.cause) {
          case 'request':
            return `${who(event, phrases)} quitó ${browser} de los navegadores guardados.`;
          case 'wrong-codes':
            return `Se quitó ${browser} de los navegadores guardados porque de allí llegaron demasiados códigos erróneos.`;
          case 'token-reused':
            return `${browser.replace(/^./, (letter) => letter.toUpperCase())} dejó de ser de confianza porque se envió una cookie antigua: es posible que alguien la haya copiado.`;
        }
      },
    },
    'reset-begun': {
      subject: 'Se restableció su cuenta',
      line: (event, phrases) =>
        `${who(event, phrases)} restableció la cuenta y todos sus dispositivos quedaron suspendidos. El código de restablecimiento vale hasta el ${phrases.time(event.untilMs)}.`,
    },
    'reset-code-used': {
      subject: 'Se usó su código de restablecimiento',
      line: 'Se usó el código de restablecimiento para configurar un dispositivo.',
    },
    'reset-code-failed': {
      subject: 'Se introdujo un código de restablecimiento erróneo',
      line: 'Se introdujo un código de restablecimiento erróneo.',
    },
    'reset-expired': {
      subject: 'Su código de restablecimiento ha caducado',
      line: 'El código de restablecimiento se introdujo después de caducar: la cuenta necesita otro restablecimiento.',
    },
    'secret-unreadable': {
      subject: 'No se pudo comprobar un dispositivo',
      line: ({ name }, phrases) =>
        `El servidor no pudo leer los datos guardados del dispositivo ${phrases.name(name)}.`,
    },
    'user-deleted': {
      subject: 'Se borraron sus dispositivos',
      line: (event, phrases) =>
        event.administrator === undefined
          ? 'Se borraron todos los datos guardados de sus dispositivos.'
          : `${who(event, phrases)} borró todos los datos guardados de sus dispositivos.`,
    },
  },
  repeated: (count, { plural }) => ` (${plural(count, { one: '# vez', other: '# veces' })})`,
  happenedAt: (time) => `Fecha: ${time}`,
  advice: {
    ifNotYou:
      'Si no ha sido usted, es posible que otra persona tenga acceso a su cuenta. Cambie su contraseña, revise después sus dispositivos y navegadores, y póngase en contacto con nosotros.',
    ifGuessed: 'Si no ha sido usted, es probable que alguien conozca su contraseña. Cámbiela ahora.',
    ifNotAsked: 'Si usted no lo ha pedido, póngase en contacto con nosotros de inmediato.',
    ourFault:
      'Usted no ha hecho nada mal. Si no puede iniciar sesión con este dispositivo, use otro o un código de recuperación.',
  },
  contact: (contact) => `Cómo contactarnos: ${contact}`,
};

function afterLock(untilMs: number | undefined, { wait }: Phrases): string {
  return untilMs === undefined
    ? 'Use un código de recuperación o consulte a su administrador.'
    : `Vuelva a intentarlo ${wait(untilMs)}.`;
}

/** The verb after it has one form for both. */
function who({ administrator }: ByWhom, { name }: Phrases): string {
  return administrator === undefined ? 'Se' : `El administrador ${name(administrator)}`;
}

function aBrowser({ label }: OnBrowser, { name }: Phrases): string {
  return label === undefined ? 'un navegador' : `el navegador ${name(label)}`;
}
