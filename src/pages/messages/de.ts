import type { Messages } from './messages.ts';

const tryLater =
  'Bitte versuchen Sie es in einigen Augenblicken erneut. Falls es dabei bleibt, benachrichtigen Sie bitte die Betreiber.';
const tellOperator = 'Ihre Anfrage ist in Ordnung. Bitte benachrichtigen Sie die Betreiber dieser Website.';
const checkRequest = 'Prüfen Sie die Adresse, und versuchen Sie es von der Startseite aus erneut.';

/** German. */
export const de: Messages = {
  lang: 'de',
  dir: 'ltr',
  stop: '. ',
  defaults: { generalError: 'AWS-Lambda-Fehler', filteredUrlMessage: 'Gesperrte URL.' },
  way: 'Der Weg Ihrer Anfrage',
  you: 'Sie',
  proxy: 'Proxy',
  site: 'Website',
  works: 'in Ordnung',
  notReached: 'nicht gefragt',
  fails: { client: 'nicht angenommen', proxy: 'Störung hier', backend: 'Störung hier' },
  side: {
    client: 'Ihre Anfrage ist beim Proxy angekommen, aber er hat sie nicht weitergeleitet.',
    proxy: 'Ihre Anfrage ist angekommen. Die Störung liegt beim Proxy, nicht bei Ihnen.',
    backend: 'Ihre Anfrage ist angekommen. Die Störung liegt bei der Website hinter dem Proxy, nicht bei Ihnen.',
  },
  whatToDo: 'Was Sie tun können',
  tryAgain: 'Erneut versuchen',
  notRepeated:
    'Was Sie gesendet haben, ist möglicherweise nicht angekommen. Gehen Sie zurück und prüfen Sie es, bevor Sie es erneut senden.',
  openTarget: 'Diese Seite auf dem Zielsystem öffnen',
  links: { start: 'Zur Startseite', status: 'Zustand der Website ansehen', support: 'Hilfe erhalten' },
  copy: { button: 'Kopieren', done: 'Kopiert.' },
  maintenance: {
    text: 'Diese Website ist wegen Wartungsarbeiten geschlossen.',
    side: 'Ihre Anfrage ist angekommen. Die Betreiber haben die Website vorübergehend geschlossen.',
    site: 'vorübergehend geschlossen',
  },
  toQuote: 'Falls Sie um Hilfe bitten, geben Sie bitte dies an',
  failureCode: 'Fehlercode',
  requestId: 'Anfrage-ID',
  time: 'Zeit (UTC)',
  waiting: {
    explained: 'Diese Seite prüft von selbst, ob die Website wieder da ist, und öffnet sie dann.',
    waking: 'Die Website schläft. Diese Seite weckt sie und öffnet sie, sobald sie antwortet.',
    checking: 'Prüfung läuft …',
    next: 'Nächste Prüfung in # s',
    pause: 'Anhalten',
    resume: 'Fortsetzen',
    paused: 'Die Prüfung ist angehalten.',
    back: 'Die Website antwortet und wird jetzt geöffnet.',
  },
  failures: {
    bad_request: { title: 'Die Anfrage ist nicht verständlich', advice: checkRequest },
    event_unrecognised: {
      title: 'Das Ereignis ist keine HTTP-Anfrage',
      advice:
        'Senden Sie ein Ereignis einer Lambda Function URL, von API Gateway oder eines Application Load Balancers.',
    },
    path_filtered: {
      title: 'Diese Adresse ist nicht verfügbar',
      advice:
        'Die Betreiber haben diesen Teil der Website geschlossen. Andere Teile sind vielleicht zugänglich: Beginnen Sie auf der Startseite.',
    },
    request_incomplete: {
      title: 'Die Anfrage ist abgebrochen',
      advice: 'Sie ist nicht vollständig angekommen. Bitte senden Sie sie erneut.',
    },
    client_not_allowed: {
      title: 'Diese Website ist für Ihr Netz nicht freigegeben',
      advice: 'Öffnen Sie sie aus einem freigegebenen Netz, oder wenden Sie sich an die Betreiber.',
    },
    front_bypassed: {
      title: 'Dies ist nicht die öffentliche Adresse der Website',
      advice: 'Öffnen Sie die Website unter der Adresse, die Ihnen die Betreiber genannt haben.',
    },
    method_not_allowed: {
      title: 'Diese Methode ist nicht erlaubt',
      advice: 'TRACE und CONNECT werden nicht weitergeleitet, alle anderen Methoden schon.',
    },
    request_timeout: {
      title: 'Die Anfrage ist nicht rechtzeitig eingetroffen',
      advice: 'Bitte prüfen Sie Ihre Verbindung und senden Sie sie erneut.',
    },
    response_too_large: {
      title: 'Die Antwort ist zu groß',
      advice:
        'Die Antwort ist größer, als über diese Adresse möglich ist. Rufen Sie einen Teil davon oder eine kleinere Seite ab.',
    },
    internal_error: { title: 'Im Proxy selbst ist ein Fehler aufgetreten', advice: tryLater },
    event_stream_buffered: {
      title: 'Live-Aktualisierungen sind unter dieser Adresse nicht möglich',
      advice: tellOperator,
    },
    websocket_unsupported: {
      title: 'WebSocket wird unter dieser Adresse nicht unterstützt',
      advice:
        'Andere Anfragen werden weitergeleitet. Falls die Website ohne WebSocket nicht funktioniert, benachrichtigen Sie bitte die Betreiber.',
    },
    configuration_error: { title: 'Der Proxy ist nicht richtig eingerichtet', advice: tellOperator },
    dns_not_found: { title: 'Die Website hinter dieser Adresse ist nicht zu finden', advice: tryLater },
    connection_refused: { title: 'Die Website hinter dieser Adresse ist nicht in Betrieb', advice: tryLater },
    destination_unroutable: { title: 'Die Website hinter dieser Adresse ist nicht erreichbar', advice: tryLater },
    tls_certificate: {
      title: 'Das Zertifikat der Website hinter dieser Adresse wird nicht akzeptiert',
      advice: tellOperator,
    },
    tls_protocol: {
      title: 'Zur Website hinter dieser Adresse kommt keine sichere Verbindung zustande',
      advice: tellOperator,
    },
    tls_alert: {
      title: 'Die Website hinter dieser Adresse hat die sichere Verbindung abgelehnt',
      advice: tellOperator,
    },
    connection_terminated: {
      title: 'Die Website hinter dieser Adresse hat die Verbindung geschlossen',
      advice: tryLater,
    },
    response_incomplete: { title: 'Die Antwort ist abgebrochen', advice: tryLater },
    response_malformed: { title: 'Die Antwort ist kein gültiges HTTP', advice: tellOperator },
    response_headers_too_large: { title: 'Der Kopfteil der Antwort ist zu groß', advice: tellOperator },
    response_transfer_coding: {
      title: 'Die Antwort verwendet eine Übertragungskodierung, die nicht unterstützt wird',
      advice: tellOperator,
    },
    upgrade_refused: {
      title: 'Die Website hinter dieser Adresse wollte das Protokoll wechseln',
      advice: tellOperator,
    },
    maintenance: {
      title: 'Die Website ist wegen Wartungsarbeiten geschlossen',
      advice: 'Bitte kommen Sie später wieder.',
    },
    dns_timeout: { title: 'Die Website hinter dieser Adresse war nicht rechtzeitig zu finden', advice: tryLater },
    connection_timeout: {
      title: 'Die Verbindung zur Website hinter dieser Adresse kam nicht rechtzeitig zustande',
      advice: tryLater,
    },
    tls_timeout: {
      title: 'Die sichere Verbindung zur Website hinter dieser Adresse kam nicht rechtzeitig zustande',
      advice: tryLater,
    },
    response_timeout: {
      title: 'Die Website hinter dieser Adresse hat nicht rechtzeitig geantwortet',
      advice: tryLater,
    },
    response_stalled: { title: 'Die Antwort ist nicht rechtzeitig eingetroffen', advice: tryLater },
    loop_detected: { title: 'Der Proxy führt zu sich selbst zurück', advice: tellOperator },
  },
};
