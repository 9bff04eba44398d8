import type { OtpParameters } from '../core/parameters.js';
import type { ByWhom, OnBrowser } from '../user/events.js';
import type { Catalogue, Phrases } from './catalogue.js';

const PARAMETERS: Readonly<Record<keyof OtpParameters, string>> = {
  algorithm: 'algoritmo',
  digits: 'número de dígitos',
  periodSeconds: 'período de validade',
};

const WHICH = { first: 'primeiro ', second: 'segundo ' };

/** The words of the library in Portuguese, as Brazil writes it, with `você`. */
export const portuguese: Catalogue = {
  language: 'pt',
  quotes: ['“', '”'],
  reasons: {
    'malformed-code': ({ field }) =>
      `O ${field === undefined ? '' : WHICH[field]}código está incompleto. Digite todos os dígitos que o seu aplicativo mostra.`,
    'code-mismatch': ({ lock }, phrases) => {
      const wrong = phrases.codes === 2 ? 'Estes dois códigos não estão corretos' : 'Este código não está correto';
      if (lock !== undefined) {
        return `${wrong}. Houve muitas tentativas com códigos errados. ${afterLock(lock.untilMs, phrases)}`;
      }
      return phrases.codes === 2
        ? `${wrong}. Verifique se os dois são desta conta no seu aplicativo e se o seu dispositivo ajusta a hora automaticamente. Depois, digite dois códigos novos.`
        : `${wrong}. Espere o próximo e tente novamente.`;
    },
    'code-reused': ({ usableAtMs }, phrases) => {
      if (usableAtMs !== undefined && !phrases.isNextCode(usableAtMs)) {
        return `O seu dispositivo está mostrando códigos que já foram usados. Tente novamente ${phrases.wait(usableAtMs)}.`;
      }
      return phrases.codes === 2
        ? 'Um destes códigos já foi usado. Espere o próximo código e depois digite dois novos.'
        : 'Este código já foi usado. Espere o próximo.';
    },
    'codes-identical':
      'Você digitou o mesmo código duas vezes. Mantenha o primeiro, espere o aplicativo mostrar outro e digite-o como segundo.',
    'codes-reversed': 'Os códigos estão na ordem errada. Digite primeiro o mais antigo ou use dois códigos novos.',
    'codes-not-consecutive':
      'Houve outro código entre estes dois. Digite dois códigos que apareçam um logo após o outro.',
    'clock-off': ({ offsetMs }, { span }) =>
      `Estes códigos estão ${span(offsetMs)} ${offsetMs < 0 ? 'atrasados' : 'adiantados'}. Deixe a hora do seu dispositivo no modo automático e depois digite dois códigos novos.`,
    'parameters-ignored': ({ ignored }, { list }) =>
      `O seu aplicativo não aceita estas configurações: ${list(ignored.map((name) => PARAMETERS[name]))}. Use outro aplicativo.`,
    'enrollment-expired':
      'Esta configuração expirou. Comece de novo: apague a conta do seu aplicativo e escaneie um novo código QR.',
    'already-assigned': 'Este dispositivo já está configurado. Use-o para entrar.',
    removed: 'Este dispositivo foi removido. Para voltar a usá-lo, digite o código que ele mostra agora e o seguinte.',
    'not-assigned': 'Nenhum dispositivo foi configurado ainda. Configure um primeiro.',
    suspended: 'Este dispositivo está suspenso. Use outro dispositivo ou um código de recuperação.',
    locked: ({ lockedUntilMs }, phrases) =>
      `Muitas tentativas com códigos errados. ${afterLock(lockedUntilMs, phrases)}`,
    'no-recovery-codes': 'Você não tem códigos de recuperação. Use um código do seu aplicativo ou fale com o suporte.',
    'malformed-recovery-code': 'Este código de recuperação está incompleto. Digite as 24 letras e números.',
    'recovery-code-reused': 'Este código de recuperação já foi usado. Use outro da sua lista.',
    'recovery-code-mismatch':
      'Este código de recuperação não está correto. Verifique se há erros de digitação e use a sua lista mais recente.',
    'no-reset': 'A sua conta não tem nenhuma redefinição pendente. Entre como de costume ou fale com o suporte.',
    'malformed-reset-code': 'Este código de redefinição está incompleto. Digite as 24 letras e números.',
    'reset-code-mismatch':
      'Este código de redefinição não está correto. Verifique se há erros de digitação ou peça ao suporte que o leia de novo.',
    'reset-code-expired': 'Este código de redefinição expirou. Peça um novo ao suporte.',
    'browser-not-trusted': 'Este navegador precisa de um código novamente. Digite o que o seu aplicativo mostra.',
    'unknown-browser': 'Este navegador não está mais salvo. Não há nada para remover.',
    'unknown-device': 'Esse dispositivo não existe mais. Consulte a lista dos seus dispositivos.',
    'last-device': 'Este é o seu último dispositivo. Adicione outro primeiro.',
    'too-many-devices': 'Você atingiu o número máximo de dispositivos. Remova um primeiro.',
    'malformed-name': 'Esse nome não pode ser usado. Escolha um de 1 a 64 caracteres.',
    'name-taken': 'Você já tem um dispositivo com esse nome. Escolha outro.',
    'mfa-required': 'Isto exige um acesso recente. Entre primeiro com um código.',
    recovering: 'A sua conta está em recuperação. Conclua isso primeiro: configure um dispositivo com dois códigos.',
    conflict: 'Várias alterações chegaram ao mesmo tempo, e esta não foi salva. Tente novamente.',
  },
  events: {
    'device-created': {
      subject: 'A configuração de um dispositivo foi iniciada',
      line: (event, phrases) =>
        `A configuração do dispositivo ${phrases.name(event.name)} foi iniciada${by(event, phrases)}.`,
    },
    'device-assigned': {
      subject: 'Um dispositivo foi configurado',
      line: (event, phrases) => `O dispositivo ${phrases.name(event.name)} foi configurado${by(event, phrases)}.`,
    },
    'device-imported': {
      subject: 'Um dispositivo foi adicionado',
      line: (event, phrases) => `O dispositivo ${phrases.name(event.name)} foi adicionado${by(event, phrases)}.`,
    },
    'device-renamed': {
      subject: 'Um dispositivo foi renomeado',
      line: (event, phrases) =>
        `O dispositivo ${phrases.name(event.previousName)} foi renomeado para ${phrases.name(event.name)}${by(event, phrases)}.`,
    },
    'device-resynchronized': {
      subject: 'Um dispositivo foi sincronizado novamente',
      line: (event, phrases) =>
        `O dispositivo ${phrases.name(event.name)} foi sincronizado novamente${by(event, phrases)}.`,
    },
    'device-suspended': {
      subject: 'Um dispositivo foi suspenso',
      line: (event, phrases) => `O dispositivo ${phrases.name(event.name)} foi suspenso${by(event, phrases)}.`,
    },
    'device-reinstated': {
      subject: 'Um dispositivo foi reativado',
      line: (event, phrases) => `O dispositivo ${phrases.name(event.name)} foi reativado${by(event, phrases)}.`,
    },
    'device-removed': {
      subject: 'Um dispositivo foi removido',
      line: (event, phrases) =>
        event.count === undefined || event.count < 2
          ? `O dispositivo ${phrases.name(event.name)} foi removido${by(event, phrases)}.`
          : `${phrases.plural(event.count, { one: '# dispositivo recente foi removido', other: '# dispositivos recentes foram removidos' })}${by(event, phrases)}; o último foi ${phrases.name(event.name)}.`,
    },
    'signed-in': {
      subject: 'Você entrou na sua conta',
      line: ({ name }, phrases) => `Acesso com o dispositivo ${phrases.name(name)}.`,
    },
    'sign-in-failed': { subject: 'Um código errado foi digitado', line: 'Um código errado foi digitado.' },
    'code-reused': {
      subject: 'Um código já usado foi digitado novamente',
      line: ({ name }, phrases) => `Um código já usado do dispositivo ${phrases.name(name)} foi digitado novamente.`,
    },
    locked: {
      subject: 'Muitas tentativas com códigos errados',
      line: ({ lockedUntilMs }, { end }) =>
        lockedUntilMs === undefined
          ? 'Houve muitas tentativas com códigos errados: os códigos são recusados até que o bloqueio seja retirado.'
          : `Houve muitas tentativas com códigos errados: os códigos ficaram bloqueados até ${end(lockedUntilMs)}.`,
    },
    'guessing-suspected': {
      subject: 'Alguém pode saber a sua senha',
      line: 'Alguém que sabe a sua senha pode estar tentando adivinhar códigos.',
    },
    unlocked: {
      subject: 'O bloqueio foi retirado',
      line: (event, phrases) => `O bloqueio foi retirado${by(event, phrases)}.`,
    },
    'recovery-code-used': {
      subject: 'Um código de recuperação foi usado',
      line: ({ recoveryCodesLeft }, { plural }) =>
        `Acesso com um código de recuperação: ${recoveryCodesLeft === 0 ? 'não resta nenhum' : plural(recoveryCodesLeft, { one: 'resta #', other: 'restam #' })}.`,
    },
    'recovery-code-failed': {
      subject: 'Um código de recuperação errado foi digitado',
      line: 'Um código de recuperação errado ou já usado foi digitado.',
    },
    'recovery-codes-created': {
      subject: 'Novos códigos de recuperação foram criados',
      line: (event, phrases) =>
        `Novos códigos de recuperação foram criados${by(event, phrases)}: os antigos valem até que um dos novos seja digitado.`,
    },
    'recovery-codes-confirmed': {
      subject: 'Novos códigos de recuperação foram confirmados',
      line: 'Os novos códigos de recuperação foram confirmados, e os antigos deixaram de valer.',
    },
    recovered: {
      subject: 'A sua conta foi recuperada',
      line: 'A conta foi recuperada, e todos os seus dispositivos foram suspensos.',
    },
    'proofs-revoked': {
      subject: 'Todas as suas sessões foram encerradas',
      line: (event, phrases) => `Todas as sessões foram encerradas${by(event, phrases)}.`,
    },
    'browser-remembered': {
      subject: 'Um navegador foi salvo',
      line: (event, phrases) => `${aBrowser(event, phrases)} foi salvo.`,
    },
    'browser-trusted': {
      subject: 'Um navegador passou a ser confiável',
      line: (event, phrases) =>
        `${aBrowser(event, phrases)} foi marcado como confiável: ele não pede código até ${phrases.time(event.untilMs)}.`,
    },
    'trusted-browser-used': {
      subject: 'Você entrou sem código',
      line: (event, phrases) =>
        event.label === undefined
          ? 'Acesso sem código em um navegador confiável.'
          : `Acesso sem código no navegador ${phrases.name(event.label)}.`,
    },
    'browser-forgotten': {
      subject: 'Um navegador precisa de um código novamente',
      line: (event, phrases) => {
        const browser = aBrowser(event, phrases);
        switch (event.cause) {
          case 'request':
            return `${browser} foi removido dos navegadores salvos${by(event, phrases)}.`;
          case 'wrong-codes':
            return `${browser} foi removido dos navegadores salvos, porque vieram dele muitos códigos errados.`;
          case 'token-reused':
            return `${browser} deixou de ser confiável, porque um cookie antigo foi enviado: alguém pode tê-lo copiado.`;
        }
      },
    },
    'reset-begun': {
      subject: 'A sua conta foi redefinida',
      line: (event, phrases) =>
        `A conta foi redefinida${by(event, phrases)}, e todos os seus dispositivos foram suspensos. O código de redefinição vale até ${phrases.time(event.untilMs)}.`,
    },
    'reset-code-used': {
      subject: 'O seu código de redefinição foi usado',
      line: 'O código de redefinição foi usado para configurar um dispositivo.',
    },
    'reset-code-failed': {
      subject: 'Um código de redefinição errado foi digitado',
      line: 'Um código de redefinição errado foi digitado.',
    },
    'reset-expired': {
      subject: 'O seu código de redefinição expirou',
      line: 'O código de redefinição foi digitado depois de expirar: a conta precisa ser redefinida novamente.',
    },
    'secret-unreadable': {
      subject: 'Não foi possível verificar um dispositivo',
      line: ({ name }, phrases) =>
        `O servidor não conseguiu ler os dados guardados do dispositivo ${phrases.name(name)}.`,
    },
    'user-deleted': {
      subject: 'Os seus dispositivos foram apagados',
      line: (event, phrases) => `Todos os dados guardados dos seus dispositivos foram apagados${by(event, phrases)}.`,
    },
  },
  repeated: (count, { plural }) => ` (${plural(count, { one: '# vez', other: '# vezes' })})`,
  happenedAt: (time) => `Data: ${time}`,
  advice: {
    ifNotYou:
      'Se não foi você, outra pessoa pode ter acesso à sua conta. Mude a sua senha, depois verifique os seus dispositivos e navegadores e fale conosco.',
    ifGuessed: 'Se não foi você, alguém provavelmente sabe a sua senha. Mude-a agora.',
    ifNotAsked: 'Se você não pediu isso, fale conosco imediatamente.',
    ourFault:
      'Você não fez nada de errado. Se não conseguir entrar com este dispositivo, use outro ou um código de recuperação.',
  },
  contact: (contact) => `Como falar conosco: ${contact}`,
};

function afterLock(untilMs: number | undefined, { wait }: Phrases): string {
  return untilMs === undefined
    ? 'Use um código de recuperação ou fale com o seu administrador.'
    : `Tente novamente ${wait(untilMs)}.`;
}

function by({ administrator }: ByWhom, { name }: Phrases): string {
  return administrator === undefined ? '' : ` pelo administrador ${name(administrator)}`;
}

function aBrowser({ label }: OnBrowser, { name }: Phrases): string {
  return label === undefined ? 'Um navegador' : `O navegador ${name(label)}`;
}
