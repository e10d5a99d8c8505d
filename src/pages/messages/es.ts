import type { Messages } from './messages.ts';

const tryLater =
  'Vuelva a intentarlo dentro de unos instantes. Si el problema continúa, avise a los responsables de este sitio.';
const tellOperator = 'Su solicitud es correcta. Avise, por favor, a los responsables de este sitio.';
const checkRequest = 'Compruebe la dirección y vuelva a intentarlo desde la página de inicio.';

/** Spanish. */
export const es: Messages = {
  lang: 'es',
  dir: 'ltr',
  stop: '. ',
  defaults: { generalError: 'Error de AWS Lambda', filteredUrlMessage: 'URL filtrada.' },
  way: 'El recorrido de su solicitud',
  you: 'Usted',
  proxy: 'Proxy',
  site: 'Sitio',
  works: 'funciona',
  notReached: 'no consultado',
  fails: { client: 'no aceptada', proxy: 'problema aquí', backend: 'problema aquí' },
  side: {
    client: 'Su solicitud llegó al proxy, que no la transmitió.',
    proxy: 'Su solicitud ha llegado. El problema está en el proxy, no en su equipo.',
    backend: 'Su solicitud ha llegado. El problema está en el sitio que hay detrás del proxy, no en su equipo.',
  },
  whatToDo: 'Qué puede hacer',
  tryAgain: 'Reintentar',
  notRepeated: 'Es posible que su envío no haya llegado. Vuelva atrás y compruébelo antes de enviarlo de nuevo.',
  openTarget: 'Abrir esta página en el sistema de destino',
  links: { start: 'Ir a la página de inicio', status: 'Ver el estado del sitio', support: 'Obtener ayuda' },
  copy: { button: 'Copiar', done: 'Copiado.' },
  maintenance: {
    text: 'Este sitio está cerrado por mantenimiento.',
    side: 'Su solicitud ha llegado. Los responsables de este sitio lo han cerrado temporalmente.',
    site: 'cerrado por ahora',
  },
  toQuote: 'Si pide ayuda, indique estos datos',
  failureCode: 'Código de error',
  requestId: 'ID de la solicitud',
  time: 'Hora (UTC)',
  waiting: {
    explained: 'Esta página comprueba por sí sola si el sitio vuelve a estar disponible y, en ese caso, lo abre.',
    waking: 'El sitio está en reposo. Esta página lo activa y lo abre en cuanto responda.',
    checking: 'Comprobando…',
    next: 'Próxima comprobación en # s',
    pause: 'Pausar',
    resume: 'Reanudar',
    paused: 'La comprobación está en pausa.',
    back: 'El sitio responde. Se está abriendo.',
  },
  failures: {
    bad_request: { title: 'No se puede entender la solicitud', advice: checkRequest },
    event_unrecognised: {
      title: 'El evento no es una solicitud HTTP',
      advice: 'Envíe un evento de una Function URL de Lambda, de API Gateway o de un Application Load Balancer.',
    },
    path_filtered: {
      title: 'Esta dirección no está disponible',
      advice:
        'Los responsables de este sitio han cerrado esta sección. Puede que otras estén abiertas: empiece por la página de inicio.',
    },
    request_incomplete: { title: 'La solicitud se interrumpió', advice: 'No llegó completa. Vuelva a enviarla.' },
    client_not_allowed: {
      title: 'Este sitio no está abierto a su red',
      advice: 'Ábralo desde una red autorizada o diríjase a los responsables de este sitio.',
    },
    front_bypassed: {
      title: 'Esta no es la dirección pública del sitio',
      advice: 'Abra el sitio en la dirección que le han dado sus responsables.',
    },
    method_not_allowed: {
      title: 'Este método no está permitido',
      advice: 'TRACE y CONNECT no se transmiten. Todos los demás métodos, sí.',
    },
    request_timeout: { title: 'La solicitud no llegó a tiempo', advice: 'Compruebe su conexión y vuelva a enviarla.' },
    response_too_large: {
      title: 'Contenido demasiado grande',
      advice:
        'La respuesta supera lo que esta dirección puede transmitir. Solicite una parte o una página más pequeña.',
    },
    internal_error: { title: 'El propio proxy ha sufrido un error', advice: tryLater },
    event_stream_buffered: { title: 'Esta dirección no transmite actualizaciones en directo', advice: tellOperator },
    websocket_unsupported: {
      title: 'Esta dirección no admite WebSocket',
      advice:
        'Las demás solicitudes sí se transmiten. Si el sitio no funciona sin WebSocket, avise a sus responsables.',
    },
    configuration_error: { title: 'El proxy no está configurado correctamente', advice: tellOperator },
    dns_not_found: { title: 'No se encuentra el sitio que hay detrás de esta dirección', advice: tryLater },
    connection_refused: { title: 'El sitio que hay detrás de esta dirección no está en marcha', advice: tryLater },
    destination_unroutable: { title: 'No se puede llegar al sitio que hay detrás de esta dirección', advice: tryLater },
    tls_certificate: {
      title: 'No se acepta el certificado del sitio que hay detrás de esta dirección',
      advice: tellOperator,
    },
    tls_protocol: {
      title: 'No hay conexión segura con el sitio que hay detrás de esta dirección',
      advice: tellOperator,
    },
    tls_alert: {
      title: 'El sitio que hay detrás de esta dirección rechazó la conexión segura',
      advice: tellOperator,
    },
    connection_terminated: {
      title: 'El sitio que hay detrás de esta dirección cerró la conexión',
      advice: tryLater,
    },
    response_incomplete: { title: 'La respuesta se interrumpió', advice: tryLater },
    response_malformed: { title: 'La respuesta no es HTTP válido', advice: tellOperator },
    response_headers_too_large: {
      title: 'La sección de encabezados de la respuesta es demasiado grande',
      advice: tellOperator,
    },
    response_transfer_coding: {
      title: 'La respuesta usa una codificación de transferencia no admitida',
      advice: tellOperator,
    },
    upgrade_refused: {
      title: 'El sitio que hay detrás de esta dirección quiso cambiar de protocolo',
      advice: tellOperator,
    },
    maintenance: { title: 'El sitio está cerrado por mantenimiento', advice: 'Vuelva más tarde, por favor.' },
    dns_timeout: {
      title: 'La búsqueda del sitio que hay detrás de esta dirección tardó demasiado',
      advice: tryLater,
    },
    connection_timeout: {
      title: 'La conexión con el sitio que hay detrás de esta dirección tardó demasiado',
      advice: tryLater,
    },
    tls_timeout: {
      title: 'Establecer la conexión segura con el sitio que hay detrás de esta dirección tardó demasiado',
      advice: tryLater,
    },
    response_timeout: {
      title: 'El sitio que hay detrás de esta dirección tardó demasiado en responder',
      advice: tryLater,
    },
    response_stalled: { title: 'La respuesta no llegó a tiempo', advice: tryLater },
    loop_detected: { title: 'El proxy conduce de vuelta a sí mismo', advice: tellOperator },
  },
};
