import type { Messages } from './messages.ts';

const tryLater = 'يُرجى إعادة المحاولة بعد لحظات. إذا استمرت المشكلة، فيُرجى إبلاغ القائمين على هذا الموقع.';
const tellOperator = 'لا خطأ في طلبك. يُرجى إبلاغ القائمين على هذا الموقع.';
const checkRequest = 'يُرجى التحقق من العنوان وإعادة المحاولة من الصفحة الرئيسية.';

/** Arabic, written from right to left. */
export const ar: Messages = {
  lang: 'ar',
  dir: 'rtl',
  stop: '. ',
  defaults: { generalError: 'خطأ في AWS Lambda', filteredUrlMessage: 'هذا العنوان محجوب.' },
  way: 'مسار طلبك',
  you: 'أنت',
  proxy: 'الوكيل',
  site: 'الموقع',
  works: 'يعمل',
  notReached: 'لم يُتصل به',
  fails: { client: 'لم يُقبل الطلب', proxy: 'المشكلة هنا', backend: 'المشكلة هنا' },
  side: {
    client: 'وصل طلبك إلى الخادم الوكيل، لكنه لم يمرّره.',
    proxy: 'لقد وصل طلبك. المشكلة في الخادم الوكيل وليست من جانبك.',
    backend: 'لقد وصل طلبك. المشكلة في الموقع الذي يقع خلف الخادم الوكيل وليست من جانبك.',
  },
  whatToDo: 'ما الذي يمكنك فعله',
  tryAgain: 'إعادة المحاولة',
  notRepeated: 'ربما لم يصل ما أرسلته. يُرجى الرجوع والتحقق قبل إعادة الإرسال.',
  openTarget: 'فتح هذه الصفحة على النظام المقصود',
  toQuote: 'عند طلب المساعدة، يُرجى ذكر ما يلي',
  failureCode: 'رمز الخطأ',
  requestId: 'معرّف الطلب',
  time: 'الوقت (UTC)',
  waiting: {
    explained: 'تتحقق هذه الصفحة تلقائيًا من عودة الموقع، ثم تفتحه فور عودته.',
    checking: 'جارٍ التحقق…',
    next: 'التحقق التالي بعد # ث',
    pause: 'إيقاف مؤقت',
    resume: 'استئناف',
    paused: 'التحقق متوقف مؤقتًا.',
    back: 'الموقع يستجيب الآن، وجارٍ فتحه.',
  },
  failures: {
    bad_request: { title: 'تعذّر فهم الطلب', advice: checkRequest },
    event_unrecognised: {
      title: 'الحدث ليس طلب HTTP',
      advice: 'يُرجى إرسال حدث من Lambda Function URL أو API Gateway أو Application Load Balancer.',
    },
    path_filtered: {
      title: 'هذا العنوان غير متاح',
      advice: 'أغلق القائمون على هذا الموقع هذا القسم منه. قد تكون أقسام أخرى متاحة، فيُرجى البدء من الصفحة الرئيسية.',
    },
    request_incomplete: { title: 'انقطع الطلب قبل اكتماله', advice: 'لم يصل الطلب كاملًا. يُرجى إرساله مرة أخرى.' },
    client_not_allowed: {
      title: 'هذا الموقع غير متاح لشبكتك',
      advice: 'يُرجى فتحه من شبكة مسموح بها، أو التواصل مع القائمين على هذا الموقع.',
    },
    front_bypassed: {
      title: 'هذا ليس العنوان العام للموقع',
      advice: 'يُرجى فتح الموقع على العنوان الذي زوّدك به القائمون عليه.',
    },
    method_not_allowed: {
      title: 'هذه الطريقة غير مسموح بها',
      advice: 'لا تُمرَّر الطريقتان TRACE وCONNECT، وتُمرَّر سائر الطرق.',
    },
    request_timeout: { title: 'لم يصل الطلب في الوقت المناسب', advice: 'يُرجى التحقق من اتصالك وإرساله مرة أخرى.' },
    response_too_large: {
      title: 'المحتوى كبير جدًا',
      advice: 'حجم الاستجابة أكبر مما يمكن نقله عبر هذا العنوان. يُرجى طلب جزء منها أو صفحة أصغر.',
    },
    internal_error: { title: 'حدث خطأ في الخادم الوكيل نفسه', advice: tryLater },
    event_stream_buffered: { title: 'لا ينقل هذا العنوان التحديثات المباشرة', advice: tellOperator },
    websocket_unsupported: {
      title: 'لا يدعم هذا العنوان WebSocket',
      advice: 'تُمرَّر الطلبات الأخرى. إذا لم يعمل الموقع من دون WebSocket، فيُرجى إبلاغ القائمين عليه.',
    },
    configuration_error: { title: 'الخادم الوكيل غير مهيأ على نحو صحيح', advice: tellOperator },
    dns_not_found: { title: 'تعذّر العثور على الموقع خلف هذا العنوان', advice: tryLater },
    connection_refused: { title: 'الموقع خلف هذا العنوان لا يعمل', advice: tryLater },
    destination_unroutable: { title: 'تعذّر الوصول إلى الموقع خلف هذا العنوان', advice: tryLater },
    tls_certificate: { title: 'شهادة الموقع خلف هذا العنوان غير مقبولة', advice: tellOperator },
    tls_protocol: { title: 'تعذّر إنشاء اتصال آمن بالموقع خلف هذا العنوان', advice: tellOperator },
    tls_alert: { title: 'رفض الموقع خلف هذا العنوان الاتصال الآمن', advice: tellOperator },
    connection_terminated: { title: 'أغلق الموقع خلف هذا العنوان الاتصال', advice: tryLater },
    response_incomplete: { title: 'انقطعت الاستجابة قبل اكتمالها', advice: tryLater },
    response_malformed: { title: 'الاستجابة ليست HTTP صالحة', advice: tellOperator },
    response_headers_too_large: { title: 'قسم الترويسات في الاستجابة كبير جدًا', advice: tellOperator },
    response_transfer_coding: { title: 'تستخدم الاستجابة ترميز نقل غير مدعوم', advice: tellOperator },
    upgrade_refused: { title: 'أراد الموقع خلف هذا العنوان تغيير البروتوكول', advice: tellOperator },
    dns_timeout: { title: 'استغرق البحث عن الموقع خلف هذا العنوان وقتًا طويلاً', advice: tryLater },
    connection_timeout: { title: 'استغرق الاتصال بالموقع خلف هذا العنوان وقتًا طويلاً', advice: tryLater },
    tls_timeout: { title: 'استغرق تأمين الاتصال بالموقع خلف هذا العنوان وقتًا طويلاً', advice: tryLater },
    response_timeout: { title: 'استغرق الموقع خلف هذا العنوان وقتًا طويلاً في الاستجابة', advice: tryLater },
    response_stalled: { title: 'لم تصل الاستجابة في الوقت المناسب', advice: tryLater },
    loop_detected: { title: 'الخادم الوكيل يعيد التوجيه إلى نفسه', advice: tellOperator },
  },
};
