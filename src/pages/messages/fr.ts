import type { Messages } from './messages.ts';

const tryLater =
  'Veuillez réessayer dans quelques instants. Si le problème persiste, prévenez les responsables de ce site.';
const tellOperator = 'Votre requête n’est pas en cause. Veuillez prévenir les responsables de ce site.';
const checkRequest = 'Vérifiez l’adresse et réessayez depuis la page d’accueil.';

/** French. */
export const fr: Messages = {
  lang: 'fr',
  dir: 'ltr',
  stop: '. ',
  defaults: { generalError: 'Erreur AWS Lambda', filteredUrlMessage: 'URL filtrée.' },
  way: 'Le trajet de votre requête',
  you: 'Vous',
  proxy: 'Proxy',
  site: 'Site',
  works: 'fonctionne',
  notReached: 'non sollicité',
  fails: { client: 'requête refusée', proxy: 'problème ici', backend: 'problème ici' },
  side: {
    client: 'Votre requête est arrivée au proxy, qui ne l’a pas transmise.',
    proxy: 'Votre requête est bien arrivée. Le problème vient du proxy, pas de vous.',
    backend: 'Votre requête est bien arrivée. Le problème vient du site situé derrière le proxy, pas de vous.',
  },
  whatToDo: 'Ce que vous pouvez faire',
  tryAgain: 'Réessayer',
  notRepeated: 'Votre envoi n’est peut-être pas arrivé. Revenez en arrière et vérifiez avant de l’envoyer à nouveau.',
  openTarget: 'Ouvrir cette page sur le système cible',
  links: { start: 'Aller à la page d’accueil', status: 'Voir l’état du site', support: 'Obtenir de l’aide' },
  copy: { button: 'Copier', done: 'Copié.' },
  maintenance: {
    text: 'Ce site est fermé pour maintenance.',
    side: 'Votre requête est bien arrivée. Les responsables de ce site l’ont fermé temporairement.',
    site: 'fermé pour l’instant',
  },
  toQuote: 'Si vous demandez de l’aide, indiquez ceci',
  failureCode: 'Code d’erreur',
  requestId: 'ID de la requête',
  time: 'Heure (UTC)',
  waiting: {
    explained: 'Cette page vérifie d’elle-même si le site est de nouveau disponible et l’ouvre dès que possible.',
    waking: 'Le site est en veille. Cette page le réveille et l’ouvre dès qu’il répond.',
    checking: 'Vérification en cours…',
    next: 'Prochaine vérification dans # s',
    pause: 'Suspendre',
    resume: 'Reprendre',
    paused: 'La vérification est suspendue.',
    back: 'Le site répond. Ouverture en cours.',
  },
  failures: {
    bad_request: { title: 'La requête ne peut pas être comprise', advice: checkRequest },
    event_unrecognised: {
      title: 'L’événement n’est pas une requête HTTP',
      advice: 'Envoyez un événement d’une Function URL Lambda, d’API Gateway ou d’un Application Load Balancer.',
    },
    path_filtered: {
      title: 'Cette adresse n’est pas disponible',
      advice:
        'Les responsables de ce site en ont fermé cette partie. D’autres sont peut-être ouvertes, à partir de la page d’accueil.',
    },
    request_incomplete: {
      title: 'La requête s’est interrompue',
      advice: 'Elle n’est pas arrivée en entier. Veuillez l’envoyer à nouveau.',
    },
    client_not_allowed: {
      title: 'Ce site n’est pas ouvert à votre réseau',
      advice: 'Ouvrez-le depuis un réseau autorisé ou adressez-vous aux responsables de ce site.',
    },
    front_bypassed: {
      title: 'Ceci n’est pas l’adresse publique du site',
      advice: 'Ouvrez le site à l’adresse que ses responsables vous ont donnée.',
    },
    method_not_allowed: {
      title: 'Cette méthode n’est pas autorisée',
      advice: 'TRACE et CONNECT ne sont pas transmises. Toutes les autres méthodes le sont.',
    },
    request_timeout: {
      title: 'La requête n’est pas arrivée à temps',
      advice: 'Veuillez vérifier votre connexion et l’envoyer à nouveau.',
    },
    response_too_large: {
      title: 'Contenu trop volumineux',
      advice: 'La réponse dépasse ce que cette adresse peut acheminer. Demandez-en une partie ou une page plus petite.',
    },
    internal_error: { title: 'Le proxy lui-même a rencontré une erreur', advice: tryLater },
    event_stream_buffered: { title: 'Cette adresse ne transmet pas les mises à jour en direct', advice: tellOperator },
    websocket_unsupported: {
      title: 'WebSocket n’est pas pris en charge à cette adresse',
      advice:
        'Les autres requêtes sont transmises. Si le site ne fonctionne pas sans WebSocket, prévenez ses responsables.',
    },
    configuration_error: { title: 'Le proxy n’est pas configuré correctement', advice: tellOperator },
    dns_not_found: { title: 'Le site derrière cette adresse est introuvable', advice: tryLater },
    connection_refused: { title: 'Le site derrière cette adresse n’est pas en service', advice: tryLater },
    destination_unroutable: { title: 'Le site derrière cette adresse est injoignable', advice: tryLater },
    tls_certificate: {
      title: 'Le certificat du site derrière cette adresse n’est pas accepté',
      advice: tellOperator,
    },
    tls_protocol: {
      title: 'Aucune connexion sécurisée possible avec le site derrière cette adresse',
      advice: tellOperator,
    },
    tls_alert: {
      title: 'Le site derrière cette adresse a refusé la connexion sécurisée',
      advice: tellOperator,
    },
    connection_terminated: { title: 'Le site derrière cette adresse a fermé la connexion', advice: tryLater },
    response_incomplete: { title: 'La réponse s’est interrompue', advice: tryLater },
    response_malformed: { title: 'La réponse n’est pas conforme à HTTP', advice: tellOperator },
    response_headers_too_large: { title: 'L’en-tête de la réponse est trop volumineux', advice: tellOperator },
    response_transfer_coding: {
      title: 'La réponse utilise un codage de transfert qui n’est pas pris en charge',
      advice: tellOperator,
    },
    upgrade_refused: { title: 'Le site derrière cette adresse a voulu changer de protocole', advice: tellOperator },
    maintenance: { title: 'Le site est fermé pour maintenance', advice: 'Veuillez revenir plus tard.' },
    dns_timeout: { title: 'La recherche du site derrière cette adresse a pris trop de temps', advice: tryLater },
    connection_timeout: {
      title: 'La connexion au site derrière cette adresse a pris trop de temps',
      advice: tryLater,
    },
    tls_timeout: {
      title: 'La sécurisation de la connexion au site derrière cette adresse a pris trop de temps',
      advice: tryLater,
    },
    response_timeout: { title: 'Le site derrière cette adresse a mis trop de temps à répondre', advice: tryLater },
    response_stalled: { title: 'La réponse n’est pas arrivée à temps', advice: tryLater },
    loop_detected: { title: 'Le proxy renvoie vers lui-même', advice: tellOperator },
  },
};
