/** Texts of the log-in pages in one language. */
export interface LogInWords {
  readonly title: string;
  readonly asks: string;
  /** Names the realm. */
  readonly area: string;
  readonly userName: string;
  readonly password: string;
  readonly submit: string;
  readonly problems: {
    readonly wrong: string;
    readonly ended: string;
    readonly colon: string;
    readonly illegal: string;
    readonly foreign: string;
  };
  /** After a form of the site was refused. */
  readonly notSent: string;
  readonly logOut: {
    readonly title: string;
    readonly asks: string;
    readonly done: string;
    readonly home: string;
  };
}

/** The texts by the tags of src/pages/languages.ts. */
export const logInWords: Readonly<Record<string, LogInWords>> = {
  en: {
    title: 'Log in',
    asks: 'This page requires a user name and a password.',
    area: 'Protected area',
    userName: 'User name',
    password: 'Password',
    submit: 'Log in',
    problems: {
      wrong: 'The user name or the password is not correct.',
      ended: 'Your log-in is no longer accepted. Log in again.',
      colon: 'A user name cannot contain a colon.',
      illegal: 'The user name or the password is missing, is too long, or contains characters that are not allowed.',
      foreign: 'What you entered did not come from this page. Log in here.',
    },
    notSent: 'What you sent was not accepted. After the log-in this page opens again; then send it once more.',
    logOut: {
      title: 'Log out',
      asks: 'Do you want to log out of this site?',
      done: 'You are logged out',
      home: 'To the start page',
    },
  },
  it: {
    title: 'Accesso',
    asks: 'Questa pagina richiede un nome utente e una password.',
    area: 'Area protetta',
    userName: 'Nome utente',
    password: 'Password',
    submit: 'Accedi',
    problems: {
      wrong: 'Il nome utente o la password non sono corretti.',
      ended: 'Il tuo accesso non è più valido. Accedi di nuovo.',
      colon: 'Un nome utente non può contenere i due punti.',
      illegal: 'Il nome utente o la password mancano, sono troppo lunghi o contengono caratteri non ammessi.',
      foreign: 'I dati inviati non provengono da questa pagina. Accedi qui.',
    },
    notSent:
      'I dati inviati non sono stati accettati. Dopo l’accesso questa pagina si riapre; inviali allora ancora una volta.',
    logOut: {
      title: 'Esci',
      asks: 'Vuoi uscire da questo sito?',
      done: 'Sei uscito',
      home: 'Vai alla pagina iniziale',
    },
  },
  de: {
    title: 'Anmelden',
    asks: 'Diese Seite verlangt einen Benutzernamen und ein Passwort.',
    area: 'Geschützter Bereich',
    userName: 'Benutzername',
    password: 'Passwort',
    submit: 'Anmelden',
    problems: {
      wrong: 'Der Benutzername oder das Passwort ist nicht richtig.',
      ended: 'Ihre Anmeldung gilt nicht mehr. Bitte melden Sie sich noch einmal an.',
      colon: 'Ein Benutzername kann keinen Doppelpunkt enthalten.',
      illegal: 'Der Benutzername oder das Passwort fehlt, ist zu lang oder enthält unzulässige Zeichen.',
      foreign: 'Die Eingabe kam nicht von dieser Seite. Bitte melden Sie sich hier an.',
    },
    notSent:
      'Ihre Eingabe wurde nicht angenommen. Nach der Anmeldung öffnet sich diese Seite wieder; senden Sie sie dann noch einmal.',
    logOut: {
      title: 'Abmelden',
      asks: 'Möchten Sie sich von dieser Website abmelden?',
      done: 'Sie sind abgemeldet',
      home: 'Zur Startseite',
    },
  },
  fr: {
    title: 'Connexion',
    asks: 'Cette page demande un nom d’utilisateur et un mot de passe.',
    area: 'Zone protégée',
    userName: 'Nom d’utilisateur',
    password: 'Mot de passe',
    submit: 'Se connecter',
    problems: {
      wrong: 'Le nom d’utilisateur ou le mot de passe n’est pas correct.',
      ended: 'Votre connexion n’est plus valable. Connectez-vous à nouveau.',
      colon: 'Un nom d’utilisateur ne peut pas contenir de deux-points.',
      illegal:
        'Le nom d’utilisateur ou le mot de passe manque, est trop long ou contient des caractères non autorisés.',
      foreign: 'Les données envoyées ne viennent pas de cette page. Connectez-vous ici.',
    },
    notSent:
      'Vos données n’ont pas été acceptées. Après la connexion, cette page s’ouvre à nouveau ; envoyez-les alors encore une fois.',
    logOut: {
      title: 'Se déconnecter',
      asks: 'Voulez-vous vous déconnecter de ce site ?',
      done: 'Vous êtes déconnecté',
      home: 'Vers la page d’accueil',
    },
  },
  es: {
    title: 'Iniciar sesión',
    asks: 'Esta página requiere un nombre de usuario y una contraseña.',
    area: 'Zona protegida',
    userName: 'Nombre de usuario',
    password: 'Contraseña',
    submit: 'Iniciar sesión',
    problems: {
      wrong: 'El nombre de usuario o la contraseña no son correctos.',
      ended: 'Su sesión ya no es válida. Inicie sesión de nuevo.',
      colon: 'Un nombre de usuario no puede contener dos puntos.',
      illegal:
        'Falta el nombre de usuario o la contraseña, o son demasiado largos o contienen caracteres no permitidos.',
      foreign: 'Los datos enviados no proceden de esta página. Inicie sesión aquí.',
    },
    notSent:
      'No se aceptó lo que envió. Después de iniciar sesión, esta página se abre de nuevo; envíelo entonces otra vez.',
    logOut: {
      title: 'Cerrar sesión',
      asks: '¿Desea cerrar la sesión en este sitio?',
      done: 'Ha cerrado la sesión',
      home: 'A la página de inicio',
    },
  },
  pt: {
    title: 'Iniciar sessão',
    asks: 'Esta página requer um nome de utilizador e uma palavra-passe.',
    area: 'Área protegida',
    userName: 'Nome de utilizador',
    password: 'Palavra-passe',
    submit: 'Iniciar sessão',
    problems: {
      wrong: 'O nome de utilizador ou a palavra-passe não estão corretos.',
      ended: 'A sua sessão já não é válida. Inicie sessão novamente.',
      colon: 'Um nome de utilizador não pode conter dois pontos.',
      illegal:
        'Falta o nome de utilizador ou a palavra-passe, ou são demasiado longos ou contêm caracteres não permitidos.',
      foreign: 'Os dados enviados não vieram desta página. Inicie sessão aqui.',
    },
    notSent:
      'O que enviou não foi aceite. Depois de iniciar sessão, esta página abre-se novamente; envie então mais uma vez.',
    logOut: {
      title: 'Terminar sessão',
      asks: 'Pretende terminar a sessão neste site?',
      done: 'A sessão foi terminada',
      home: 'Para a página inicial',
    },
  },
  ja: {
    title: 'ログイン',
    asks: 'このページを開くには、ユーザー名とパスワードが必要です。',
    area: '保護された領域',
    userName: 'ユーザー名',
    password: 'パスワード',
    submit: 'ログイン',
    problems: {
      wrong: 'ユーザー名またはパスワードが正しくありません。',
      ended: 'ログインが無効になりました。もう一度ログインしてください。',
      colon: 'ユーザー名にコロンは使えません。',
      illegal: 'ユーザー名またはパスワードが入力されていないか、長すぎるか、使えない文字を含んでいます。',
      foreign: '送信された内容はこのページからのものではありません。ここからログインしてください。',
    },
    notSent:
      '送信した内容は受け付けられませんでした。ログイン後にこのページが再び開きますので、もう一度送信してください。',
    logOut: {
      title: 'ログアウト',
      asks: 'このサイトからログアウトしますか。',
      done: 'ログアウトしました',
      home: 'トップページへ',
    },
  },
  'zh-Hans': {
    title: '登录',
    asks: '此页面需要用户名和密码。',
    area: '受保护的区域',
    userName: '用户名',
    password: '密码',
    submit: '登录',
    problems: {
      wrong: '用户名或密码不正确。',
      ended: '您的登录已失效，请重新登录。',
      colon: '用户名不能包含冒号。',
      illegal: '用户名或密码为空、过长，或包含不允许的字符。',
      foreign: '提交的内容并非来自此页面，请在此登录。',
    },
    notSent: '您提交的内容未被接受。登录后此页面会重新打开，请届时再次提交。',
    logOut: {
      title: '退出登录',
      asks: '要退出此网站吗？',
      done: '您已退出登录',
      home: '前往首页',
    },
  },
  ar: {
    title: 'تسجيل الدخول',
    asks: 'تتطلب هذه الصفحة اسم مستخدم وكلمة مرور.',
    area: 'منطقة محمية',
    userName: 'اسم المستخدم',
    password: 'كلمة المرور',
    submit: 'تسجيل الدخول',
    problems: {
      wrong: 'اسم المستخدم أو كلمة المرور غير صحيح.',
      ended: 'لم يعد تسجيل دخولك صالحًا. يُرجى تسجيل الدخول مرة أخرى.',
      colon: 'لا يمكن أن يحتوي اسم المستخدم على نقطتين رأسيتين.',
      illegal: 'اسم المستخدم أو كلمة المرور غير موجود أو طويل جدًا أو يحتوي على رموز غير مسموح بها.',
      foreign: 'لم تأتِ البيانات المرسلة من هذه الصفحة. يُرجى تسجيل الدخول هنا.',
    },
    notSent: 'لم يُقبل ما أرسلته. بعد تسجيل الدخول تُفتح هذه الصفحة من جديد، فيُرجى إرساله مرة أخرى.',
    logOut: {
      title: 'تسجيل الخروج',
      asks: 'هل تريد تسجيل الخروج من هذا الموقع؟',
      done: 'تم تسجيل خروجك',
      home: 'إلى الصفحة الرئيسية',
    },
  },
};
