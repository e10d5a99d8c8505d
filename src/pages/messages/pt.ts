import type { Messages } from './messages.ts';

const tryLater = 'Tente novamente em alguns instantes. Se o problema continuar, avise os responsáveis por este site.';
const tellOperator = 'Sua solicitação está correta. Por favor, avise os responsáveis por este site.';
const checkRequest = 'Verifique o endereço e tente novamente a partir da página inicial.';

/** Portuguese, as it is written in Brazil. */
export const pt: Messages = {
  lang: 'pt',
  dir: 'ltr',
  stop: '. ',
  defaults: { generalError: 'Erro no AWS Lambda', filteredUrlMessage: 'URL bloqueada.' },
  way: 'O caminho da sua solicitação',
  you: 'Você',
  proxy: 'Proxy',
  site: 'Site',
  works: 'funciona',
  notReached: 'não consultado',
  fails: { client: 'não aceita', proxy: 'problema aqui', backend: 'problema aqui' },
  side: {
    client: 'Sua solicitação chegou ao proxy, que não a encaminhou.',
    proxy: 'Sua solicitação chegou. O problema está no proxy, não do seu lado.',
    backend: 'Sua solicitação chegou. O problema está no site por trás do proxy, não do seu lado.',
  },
  whatToDo: 'O que você pode fazer',
  tryAgain: 'Tentar novamente',
  notRepeated: 'O que você enviou pode não ter chegado. Volte e verifique antes de enviar novamente.',
  openTarget: 'Abrir esta página no sistema de destino',
  links: { start: 'Ir para a página inicial', status: 'Ver o estado do site', support: 'Obter ajuda' },
  copy: { button: 'Copiar', done: 'Copiado.' },
  maintenance: {
    text: 'Este site está fechado para manutenção.',
    side: 'Sua solicitação chegou. Os responsáveis por este site o fecharam temporariamente.',
    site: 'fechado por enquanto',
  },
  toQuote: 'Ao pedir ajuda, informe estes dados',
  failureCode: 'Código de erro',
  requestId: 'ID da solicitação',
  time: 'Hora (UTC)',
  waiting: {
    explained: 'Esta página verifica sozinha se o site voltou a responder e, nesse caso, abre o site.',
    waking: 'O site está em repouso. Esta página o desperta e o abre assim que ele responder.',
    checking: 'Verificando…',
    next: 'Próxima verificação em # s',
    pause: 'Pausar',
    resume: 'Retomar',
    paused: 'A verificação está em pausa.',
    back: 'O site responde. A página será aberta agora.',
  },
  failures: {
    bad_request: { title: 'Não é possível compreender a solicitação', advice: checkRequest },
    event_unrecognised: {
      title: 'O evento não é uma solicitação HTTP',
      advice: 'Envie um evento de uma Function URL do Lambda, do API Gateway ou de um Application Load Balancer.',
    },
    path_filtered: {
      title: 'Este endereço não está disponível',
      advice:
        'Os responsáveis por este site fecharam esta seção ao público. Outras podem estar abertas: comece pela página inicial.',
    },
    request_incomplete: {
      title: 'A solicitação foi interrompida',
      advice: 'Ela não chegou por inteiro. Envie-a novamente.',
    },
    client_not_allowed: {
      title: 'Este site não está aberto à sua rede',
      advice: 'Abra-o a partir de uma rede autorizada ou fale com os responsáveis por este site.',
    },
    front_bypassed: {
      title: 'Este não é o endereço público do site',
      advice: 'Abra o site no endereço informado pelos responsáveis.',
    },
    method_not_allowed: {
      title: 'Este método não é permitido',
      advice: 'TRACE e CONNECT não são encaminhados. Todos os outros métodos são.',
    },
    request_timeout: {
      title: 'A solicitação não chegou a tempo',
      advice: 'Verifique sua conexão e envie-a novamente.',
    },
    response_too_large: {
      title: 'Conteúdo grande demais',
      advice: 'A resposta excede o que este endereço pode transmitir. Solicite uma parte dela ou uma página menor.',
    },
    internal_error: { title: 'Ocorreu um erro no próprio proxy', advice: tryLater },
    event_stream_buffered: { title: 'Este endereço não transmite atualizações ao vivo', advice: tellOperator },
    websocket_unsupported: {
      title: 'WebSocket não é compatível com este endereço',
      advice:
        'As outras solicitações são encaminhadas. Se o site não funcionar sem WebSocket, avise os responsáveis por ele.',
    },
    configuration_error: { title: 'O proxy não está configurado corretamente', advice: tellOperator },
    dns_not_found: { title: 'O site por trás deste endereço não foi encontrado', advice: tryLater },
    connection_refused: { title: 'O site por trás deste endereço não está em funcionamento', advice: tryLater },
    destination_unroutable: { title: 'Não é possível chegar ao site por trás deste endereço', advice: tryLater },
    tls_certificate: {
      title: 'O certificado do site por trás deste endereço não é aceito',
      advice: tellOperator,
    },
    tls_protocol: { title: 'Sem conexão segura com o site por trás deste endereço', advice: tellOperator },
    tls_alert: { title: 'O site por trás deste endereço recusou a conexão segura', advice: tellOperator },
    connection_terminated: { title: 'O site por trás deste endereço fechou a conexão', advice: tryLater },
    response_incomplete: { title: 'A resposta foi interrompida', advice: tryLater },
    response_malformed: { title: 'A resposta não é HTTP válido', advice: tellOperator },
    response_headers_too_large: { title: 'A seção de cabeçalhos da resposta é grande demais', advice: tellOperator },
    response_transfer_coding: {
      title: 'A resposta usa uma codificação de transferência sem suporte',
      advice: tellOperator,
    },
    upgrade_refused: { title: 'O site por trás deste endereço quis mudar de protocolo', advice: tellOperator },
    maintenance: { title: 'O site está fechado para manutenção', advice: 'Por favor, volte mais tarde.' },
    dns_timeout: { title: 'A busca pelo site por trás deste endereço demorou demais', advice: tryLater },
    connection_timeout: { title: 'A conexão com o site por trás deste endereço demorou demais', advice: tryLater },
    tls_timeout: {
      title: 'Estabelecer a conexão segura com o site por trás deste endereço demorou demais',
      advice: tryLater,
    },
    response_timeout: { title: 'O site por trás deste endereço demorou demais para responder', advice: tryLater },
    response_stalled: { title: 'A resposta não chegou a tempo', advice: tryLater },
    loop_detected: { title: 'O proxy conduz de volta a si mesmo', advice: tellOperator },
  },
};
