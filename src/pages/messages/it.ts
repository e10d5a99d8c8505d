import type { Messages } from './messages.ts';

const tryLater = 'La invitiamo a riprovare tra qualche istante. Se il problema persiste, avvisi chi gestisce il sito.';
const tellOperator = 'La sua richiesta è corretta. La preghiamo di avvisare chi gestisce il sito.';
const checkRequest = 'Controlli l’indirizzo e riprovi dalla pagina iniziale.';

/** Italian. */
export const it: Messages = {
  lang: 'it',
  dir: 'ltr',
  stop: '. ',
  defaults: { generalError: 'Errore di AWS Lambda', filteredUrlMessage: 'URL filtrato.' },
  way: 'Il percorso della sua richiesta',
  you: 'Lei',
  proxy: 'Proxy',
  site: 'Sito',
  works: 'funziona',
  notReached: 'non interpellato',
  fails: { client: 'non accettata', proxy: 'problema qui', backend: 'problema qui' },
  side: {
    client: 'La sua richiesta è arrivata al proxy, che non l’ha inoltrata.',
    proxy: 'La sua richiesta è arrivata. Il problema riguarda il proxy, non lei.',
    backend: 'La sua richiesta è arrivata. Il problema riguarda il sito dietro al proxy, non lei.',
  },
  whatToDo: 'Che cosa può fare',
  tryAgain: 'Riprova',
  notRepeated: 'I dati inviati potrebbero non essere arrivati. Torni indietro e verifichi prima di inviarli di nuovo.',
  openTarget: 'Apri questa pagina sul sistema di destinazione',
  links: { start: 'Vada alla pagina iniziale', status: 'Veda lo stato del sito', support: 'Chieda aiuto' },
  copy: { button: 'Copia', done: 'Copiato.' },
  maintenance: {
    text: 'Questo sito è chiuso per manutenzione.',
    side: 'La sua richiesta è arrivata. Chi gestisce il sito lo ha chiuso temporaneamente.',
    site: 'chiuso per ora',
  },
  toQuote: 'Se chiede assistenza, indichi questi dati',
  failureCode: 'Codice di errore',
  requestId: 'ID della richiesta',
  time: 'Ora (UTC)',
  waiting: {
    explained: 'Questa pagina verifica da sola se il sito è di nuovo disponibile e, in tal caso, lo apre.',
    waking: 'Il sito è a riposo. Questa pagina lo riattiva e lo apre appena risponde.',
    checking: 'Verifica in corso …',
    next: 'Prossima verifica tra # s',
    pause: 'Sospendi',
    resume: 'Riprendi',
    paused: 'La verifica è sospesa.',
    back: 'Il sito risponde. Lo stiamo aprendo.',
  },
  failures: {
    bad_request: { title: 'La richiesta non è comprensibile', advice: checkRequest },
    event_unrecognised: {
      title: 'L’evento non è una richiesta HTTP',
      advice: 'Invii un evento di un Function URL di Lambda, di API Gateway o di un Application Load Balancer.',
    },
    path_filtered: {
      title: 'Questo indirizzo non è disponibile',
      advice:
        'Chi gestisce il sito ha chiuso al pubblico questa sezione. Altre potrebbero essere aperte: riparta dalla pagina iniziale.',
    },
    request_incomplete: {
      title: 'La richiesta si è interrotta',
      advice: 'Non è arrivata per intero. La invitiamo a inviarla di nuovo.',
    },
    client_not_allowed: {
      title: 'Questo sito non è aperto alla sua rete',
      advice: 'Lo apra da una rete autorizzata oppure si rivolga a chi gestisce il sito.',
    },
    front_bypassed: {
      title: 'Questo non è l’indirizzo pubblico del sito',
      advice: 'Apra il sito all’indirizzo indicato da chi lo gestisce.',
    },
    method_not_allowed: {
      title: 'Questo metodo non è consentito',
      advice: 'TRACE e CONNECT non vengono inoltrati. Tutti gli altri metodi sì.',
    },
    request_timeout: {
      title: 'La richiesta non è arrivata in tempo',
      advice: 'La invitiamo a controllare la connessione e a inviarla di nuovo.',
    },
    response_too_large: {
      title: 'Contenuto troppo grande',
      advice:
        'La risposta supera ciò che può passare da questo indirizzo. Richieda una parte o una pagina più piccola.',
    },
    internal_error: { title: 'Il proxy stesso ha avuto un errore', advice: tryLater },
    event_stream_buffered: {
      title: 'Questo indirizzo non trasmette aggiornamenti in tempo reale',
      advice: tellOperator,
    },
    websocket_unsupported: {
      title: 'WebSocket non è supportato a questo indirizzo',
      advice: 'Le altre richieste vengono inoltrate. Se il sito non funziona senza WebSocket, avvisi chi lo gestisce.',
    },
    configuration_error: { title: 'Il proxy non è configurato correttamente', advice: tellOperator },
    dns_not_found: { title: 'Il sito dietro a questo indirizzo non è stato trovato', advice: tryLater },
    connection_refused: { title: 'Il sito dietro a questo indirizzo non è in funzione', advice: tryLater },
    destination_unroutable: { title: 'Il sito dietro a questo indirizzo non è raggiungibile', advice: tryLater },
    tls_certificate: {
      title: 'Il certificato del sito dietro a questo indirizzo non è accettato',
      advice: tellOperator,
    },
    tls_protocol: {
      title: 'Nessuna connessione sicura con il sito dietro a questo indirizzo',
      advice: tellOperator,
    },
    tls_alert: {
      title: 'Il sito dietro a questo indirizzo ha rifiutato la connessione sicura',
      advice: tellOperator,
    },
    connection_terminated: { title: 'Il sito dietro a questo indirizzo ha chiuso la connessione', advice: tryLater },
    response_incomplete: { title: 'La risposta si è interrotta', advice: tryLater },
    response_malformed: { title: 'La risposta non è HTTP valido', advice: tellOperator },
    response_headers_too_large: {
      title: 'La sezione di intestazione della risposta è troppo grande',
      advice: tellOperator,
    },
    response_transfer_coding: {
      title: 'La risposta usa una codifica di trasferimento non supportata',
      advice: tellOperator,
    },
    upgrade_refused: { title: 'Il sito dietro a questo indirizzo voleva cambiare protocollo', advice: tellOperator },
    maintenance: { title: 'Il sito è chiuso per manutenzione', advice: 'La preghiamo di tornare più tardi.' },
    dns_timeout: { title: 'La ricerca del sito dietro a questo indirizzo ha richiesto troppo tempo', advice: tryLater },
    connection_timeout: {
      title: 'La connessione al sito dietro a questo indirizzo ha richiesto troppo tempo',
      advice: tryLater,
    },
    tls_timeout: {
      title: 'Stabilire la connessione sicura con il sito dietro a questo indirizzo ha richiesto troppo tempo',
      advice: tryLater,
    },
    response_timeout: {
      title: 'Il sito dietro a questo indirizzo ha impiegato troppo tempo a rispondere',
      advice: tryLater,
    },
    response_stalled: { title: 'La risposta non è arrivata in tempo', advice: tryLater },
    loop_detected: { title: 'Il proxy rimanda a sé stesso', advice: tellOperator },
  },
};
