import type { Messages } from './messages.ts';

const tryLater = 'しばらくしてからもう一度お試しください。解決しない場合は、サイトの運営者にご連絡ください。';
const tellOperator = 'お客様のリクエストに問題はありません。サイトの運営者にご連絡ください。';
const checkRequest = 'アドレスをご確認のうえ、トップページからもう一度お試しください。';

/** Japanese. */
export const ja: Messages = {
  lang: 'ja',
  dir: 'ltr',
  stop: '。',
  defaults: { generalError: 'AWS Lambda エラー', filteredUrlMessage: 'この URL へのアクセスは遮断されています。' },
  way: 'リクエストの経路',
  you: 'お客様',
  proxy: 'プロキシ',
  site: 'サイト',
  works: '正常',
  notReached: '未接続',
  fails: { client: '受付不可', proxy: '問題が発生', backend: '問題が発生' },
  side: {
    client: 'リクエストはプロキシに届きましたが、サイトへは転送されませんでした。',
    proxy: 'リクエストは届いています。問題はお客様の側ではなく、プロキシにあります。',
    backend: 'リクエストは届いています。問題はお客様の側ではなく、プロキシの先にあるサイトにあります。',
  },
  whatToDo: '次にできること',
  tryAgain: '再試行',
  notRepeated: '送信した内容が届いていない可能性があります。前のページに戻り、確認してから再度送信してください。',
  openTarget: '接続先のシステムでこのページを開く',
  links: { start: 'トップページへ', status: 'サイトの稼働状況を見る', support: 'サポートに問い合わせる' },
  copy: { button: 'コピー', done: 'コピーしました。' },
  maintenance: {
    text: 'このサイトはメンテナンスのため閉鎖しています。',
    side: 'リクエストは届いています。サイトの運営者がサイトを一時的に閉鎖しています。',
    site: '一時閉鎖中',
  },
  toQuote: 'お問い合わせの際は、次の情報をお伝えください',
  failureCode: 'エラーコード',
  requestId: 'リクエスト ID',
  time: '日時 (UTC)',
  waiting: {
    explained: 'このページはサイトが復旧したかどうかを自動的に確認し、復旧すると開きます。',
    waking: 'サイトは休止しています。このページがサイトを起動し、応答すると開きます。',
    checking: '確認中…',
    next: '次の確認まで # 秒',
    pause: '一時停止',
    resume: '再開',
    paused: '確認を一時停止しています。',
    back: 'サイトが応答しました。ページを開きます。',
  },
  failures: {
    bad_request: { title: 'リクエストを解釈できません', advice: checkRequest },
    event_unrecognised: {
      title: 'イベントが HTTP リクエストではありません',
      advice: 'Lambda の Function URL、API Gateway、または Application Load Balancer のイベントを送信してください。',
    },
    path_filtered: {
      title: 'このアドレスは利用できません',
      advice:
        'サイトの運営者により、この部分は公開されていません。ほかのページはトップページからご覧いただける場合があります。',
    },
    request_incomplete: {
      title: 'リクエストが途中で途切れました',
      advice: '全体が届きませんでした。もう一度送信してください。',
    },
    client_not_allowed: {
      title: 'このサイトは、お使いのネットワークには公開されていません',
      advice: '許可されたネットワークから開くか、サイトの運営者にお問い合わせください。',
    },
    front_bypassed: {
      title: 'これはサイトの公開アドレスではありません',
      advice: 'サイトの運営者から案内されたアドレスで開いてください。',
    },
    method_not_allowed: {
      title: 'このメソッドは許可されていません',
      advice: 'TRACE と CONNECT は転送されません。その他のメソッドは転送されます。',
    },
    request_timeout: {
      title: 'リクエストが時間内に届きませんでした',
      advice: '接続をご確認のうえ、もう一度送信してください。',
    },
    response_too_large: {
      title: 'コンテンツが大きすぎます',
      advice:
        '応答が、このアドレスで送れる上限を超えています。一部だけを取得するか、より小さなページをお試しください。',
    },
    internal_error: { title: 'プロキシ自体でエラーが発生しました', advice: tryLater },
    event_stream_buffered: { title: 'このアドレスではリアルタイム更新を利用できません', advice: tellOperator },
    websocket_unsupported: {
      title: 'このアドレスでは WebSocket を利用できません',
      advice:
        'その他のリクエストは転送されます。WebSocket なしでサイトが動作しない場合は、サイトの運営者にご連絡ください。',
    },
    configuration_error: { title: 'プロキシが正しく設定されていません', advice: tellOperator },
    dns_not_found: { title: 'このアドレスの先のサイトが見つかりません', advice: tryLater },
    connection_refused: { title: 'このアドレスの先のサイトは稼働していません', advice: tryLater },
    destination_unroutable: { title: 'このアドレスの先のサイトに到達できません', advice: tryLater },
    tls_certificate: { title: 'このアドレスの先のサイトの証明書は受け入れられません', advice: tellOperator },
    tls_protocol: { title: 'このアドレスの先のサイトと安全な接続を確立できません', advice: tellOperator },
    tls_alert: { title: 'このアドレスの先のサイトが安全な接続を拒否しました', advice: tellOperator },
    connection_terminated: { title: 'このアドレスの先のサイトが接続を閉じました', advice: tryLater },
    response_incomplete: { title: '応答が途中で途切れました', advice: tryLater },
    response_malformed: { title: '応答が正しい HTTP ではありません', advice: tellOperator },
    response_headers_too_large: { title: '応答のヘッダー部が大きすぎます', advice: tellOperator },
    response_transfer_coding: { title: '応答の転送コーディングに対応していません', advice: tellOperator },
    upgrade_refused: { title: 'このアドレスの先のサイトがプロトコルの変更を求めました', advice: tellOperator },
    maintenance: {
      title: 'サイトはメンテナンスのため閉鎖しています',
      advice: 'しばらくしてからもう一度アクセスしてください。',
    },
    dns_timeout: { title: 'このアドレスの先のサイトの検索に時間がかかりすぎました', advice: tryLater },
    connection_timeout: { title: 'このアドレスの先のサイトへの接続に時間がかかりすぎました', advice: tryLater },
    tls_timeout: { title: 'このアドレスの先のサイトとの安全な接続に時間がかかりすぎました', advice: tryLater },
    response_timeout: { title: 'このアドレスの先のサイトの応答に時間がかかりすぎました', advice: tryLater },
    response_stalled: { title: '応答が時間内に届きませんでした', advice: tryLater },
    loop_detected: { title: 'プロキシの接続先がプロキシ自身になっています', advice: tellOperator },
  },
};
