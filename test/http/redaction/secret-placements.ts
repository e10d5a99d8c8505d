/** Header fields of well-known services and products that hold a credential. */
export const secretFieldNames = `
  Authorization Proxy-Authorization X-Authorization X-Original-Authorization X-Forwarded-Authorization Authentication
  X-Auth X-Auth-Key X-Auth-Token X-Auth-Signature X-Authentication X-Auth-Password X-Basic-Auth X-User-Auth X-Pass X-Password
  X-User-Password X-Passwd X-Passphrase X-Passcode X-PIN X-OTP X-GitHub-OTP X-2FA-Code X-TOTP X-MFA X-Secret X-App-Secret X-Client-Secret
  Api-Key ApiKey X-Api-Key X-ApiKey X-API-Secret X-Access-Token X-AccessToken X-Access-Key X-Secret-Key X-Refresh-Token X-Id-Token X-Token
  X-User-Token X-Session X-Session-Id X-SessionToken X-Session-Token X-CSRF-Token X-CSRFToken X-XSRF-Token X-Xsrf CSRF-Token RequestVerificationToken
  X-WP-Nonce X-Jenkins-Crumb Jenkins-Crumb X-Atlassian-Token X-Okta-XsrfToken Ocp-Apim-Subscription-Key X-Functions-Key
  X-Functions-Clientid-Key X-RapidAPI-Key X-RapidAPI-Proxy-Secret X-Mashape-Key Aeg-Sas-Key Aeg-Sas-Token DD-API-KEY DD-Application-Key
  X-License-Key X-Insert-Key X-Query-Key X-Admin-Api-Key X-Shopify-Access-Token X-Shopify-Storefront-Access-Token
  X-Shopify-Hmac-Sha256 X-Shopify-Hmac-SHA256 Stripe-Signature X-Hub-Signature X-Hub-Signature-256 X-Slack-Signature
  X-Twilio-Signature X-Twilio-Email-Event-Webhook-Signature X-Gitlab-Token PRIVATE-TOKEN JOB-TOKEN DEPLOY-TOKEN X-Vault-Token
  X-Vault-Wrap-Token X-Consul-Token X-Nomad-Token X-Auth-Email X-Auth-User-Service-Key CF-Access-Client-Secret CF-Access-Token CF-Access-Jwt-Assertion
  X-Figma-Token X-Algolia-API-Key X-Parse-REST-API-Key X-Parse-Master-Key X-Parse-Session-Token X-MBX-APIKEY X-ClickHouse-Key
  X-Emby-Token X-MediaBrowser-Token X-Plex-Token X-Transmission-Session-Id X-Postmark-Server-Token X-Postmark-Account-Token X-Honeycomb-Team X-Sentry-Auth
  X-Sentry-Token X-Cisco-Meraki-API-Key X-Redmine-API-Key X-Goog-Api-Key X-Goog-Iap-Jwt-Assertion X-Goog-Channel-Token
  X-Goog-Encryption-Key X-Goog-Signature X-Firebase-AppCheck X-Firebase-Auth X-Amz-Security-Token X-Amz-Signature X-Amz-Credential X-Amzn-Oidc-Data
  X-Amzn-Oidc-Accesstoken X-Amz-Server-Side-Encryption-Customer-Key X-Amz-Copy-Source-Server-Side-Encryption-Customer-Key
  X-Amz-Server-Side-Encryption-Customer-Key-MD5 X-Amzn-Mtls-Clientcert X-Amzn-Mtls-Clientcert-Validity X-Forwarded-Client-Cert X-Ms-Encryption-Key
  X-MS-TOKEN-AAD-ACCESS-TOKEN X-MS-TOKEN-AAD-ID-TOKEN X-MS-CLIENT-PRINCIPAL X-ARR-ClientCert X-SSL-Client-Cert X-Client-Cert Client-Cert Client-Cert-Chain X-SSL-Cert
  X-Zm-Signature X-Line-Signature X-Telegram-Bot-Api-Secret-Token X-Signature X-Signature-Ed25519 X-Dropbox-Signature X-PagerDuty-Signature
  PayPal-Transmission-Sig Paddle-Signature X-Square-Hmacsha256-Signature X-WC-Webhook-Signature X-Mandrill-Signature Svix-Signature Webhook-Signature
  X-Origin-Verify X-CDN-Secret X-Vercel-Protection-Bypass X-Vercel-Signature X-Netlify-Token X-Heroku-Token X-Papertrail-Token X-Rollbar-Access-Token X-Airbrake-Token
  X-Snyk-Token X-JFrog-Art-Api X-SonarQube-Token X-Octopus-ApiKey X-NuGet-ApiKey X-Artifactory-ApiKey X-Rundeck-Auth-Token X-Harbor-CSRF-Token X-Grafana-Token
  X-Ovh-Application X-Ovh-Signature X-Ovh-Consumer X-Yandex-API-Key X-Naver-Client-Secret X-Kakao-Token X-Line-ChannelToken X-Baidu-Sign X-Ca-Signature X-Ca-Key X-Sign Sign
  X-Access-Sign CB-ACCESS-KEY CB-ACCESS-SIGN CB-ACCESS-PASSPHRASE OK-ACCESS-KEY OK-ACCESS-SIGN OK-ACCESS-PASSPHRASE X-BAPI-SIGN X-BAPI-API-KEY API-Sign KC-API-PASSPHRASE X-Mailgun-Signature
  X-Cookie Cookie2 Set-Cookie2 DPoP Authentication-Info Proxy-Authentication-Info Proxy-Authenticate X-Wsse Lock-Token X-Tableau-Auth X-Metabase-Session X-Redash-Api-Key X-Qlik-Xrfkey
  X-Hasura-Admin-Secret X-Typesense-Api-Key X-Meili-API-Key X-Upstash-Signature X-Appwrite-Key X-Appwrite-JWT X-Supabase-Auth X-Kong-Admin-Token Kong-Admin-Token X-Tyk-Authorization
  X-Chef-Signature X-Ops-Authorization-1 X-Puppet-Token X-Kubernetes-Token X-Registry-Auth X-Docker-Token X-Nexus-Token X-Bitbucket-Token X-Phabricator-Token X-Sharepoint-Token X-RequestDigest-Token
  X-HTTP-Auth X-Remote-Password X-Proxy-Password X-Admin-Password X-Database-Password X-Smtp-Password x_api_key X_AUTH_TOKEN
`
  .trim()
  .split(/\s+/)
  .filter((name) => !['X-JFrog-Art-Api', 'X-Ovh-Application', 'X-Ovh-Consumer'].includes(name));

/** Parameters of queries, forms and JSON that hold a credential. */
export const secretParameterNames = `
  password passwd pwd pass passwords pass_word passWord passphrase passcode pswd psw pw user_pass userpass userPass
  password1 password2 newpassword new_password oldpassword old_password_1 confirmPassword password_confirmation current-password
  currentPassword passwordAgain user[password] user.password login[passwd] wp_password dbpass db_pass DB_PASSWORD mysql_pwd
  rootpass smtpPass adminpass ftp_pass pma_password httpd_password txtPassword tbPassword inputPassword j_password IDToken2Password
  passwort neues_passwort kennwort senha contrasena contraseña motdepasse mot_de_passe mdp wachtwoord haslo heslo salasana losenord adgangskode passord sifre пароль 密码 パスワード
  token tokens access_token accessToken accesstoken access_tokens refresh_token refreshToken id_token idToken id_token_hint auth_token authToken authtoken bearer bearer_token
  oauth_token oauth_token_secret oauth_verifier oauth_signature oauth_consumer_key oauth2Token user_token usertoken session_token sessionToken csrf_token csrftoken csrfToken _csrf _token
  csrfmiddlewaretoken authenticity_token __RequestVerificationToken YII_CSRF_TOKEN _csrfToken csrf_test_name form_token form_build_id form_key _formkey wpnonce _wpnonce wsnonce requesttoken
  securitytoken wstoken logintoken sesskey sessid PHPSESSID JSESSIONID jsessionid ASPSESSIONIDQABC ASP.NET_SessionId sid SID osCsid zenid connect.sid CFTOKEN sessionid session_id sessionId session sess session_key
  atl_token crumb .crumb _authenticator xsrf xsrf_token XSRF-TOKEN wpEditToken logoutToken upload_token deviceToken device_token push_token fcm_token apns_token registration_token invite_token reset_token resetToken
  reset_password_token confirmation_token unlock_token verification_token verify_token hub.verify_token email_token magic_token one_time_token onetimetoken page_token
  g-recaptcha-response h-captcha-response cf-turnstile-captcha captcha captchaToken __VIEWSTATE __EVENTVALIDATION javax.faces.ViewState
  secret secrets client_secret clientSecret clientsecret client-secret app_secret appSecret appsecret consumer_secret shared_secret sharedSecret webhook_secret signing_secret totp_secret secretKey secret_key secretkey SecretAccessKey
  aws_secret_access_key AWSSecretKey aws_session_token AWSAccessKeyId access_key access_keys accessKey accesskey access_key_id X-Amz-Signature X-Amz-Credential X-Amz-Security-Token X-Goog-Signature X-Goog-Credential
  api_key api_keys apiKey apiKeys apikey api-key x-api-key appkey app_key application_key key keys auth_key authkey private_key privateKey privatekey public_and_private_key license_key licenseKey licensekey serial_key subscription-key
  subscriptionkey account_key AccountKey accountKey master_key masterkey encryption_key encryptionKey signing_key storage_key SharedAccessKey sas_key host_key function_key functions_key developer_key server_key serverKey userkey mykey passkey passkeys
  sig sigs signature signatures Signature sign app_sign api_sig auth_sig ddsig hmac hmac_sha256 x_hmac signed_secret credential credentials Credentials creds cred user_credentials
  auth auths authorization Authorization auth_code authcode authorization_code authdata basicauth basic_auth oauth proxy_auth authz authn
  code state device_code user_code code_verifier codeVerifier verification_code verificationCode verify_code confirm_code reset_code resetcode sms_code smsCode security_code securitycode pin pin_code pincode new_pin recovery_code recovery_codes backup_codes access_code login_code activation_code unlock_code magic_code mfa_code 2fa_code 2fa otp otps otp_code otpCode otpcode totp totp_code hotp tfa mfa nonce id_token_nonce
  jwt jwts JWT jwt_assertion client_assertion assertion SAMLResponse samlResponse SAMLRequest SAMLart saml_response saml_assertion RelayState wresult wctx ticket service_ticket auth_ticket pgtIou pgtId TGT lt execution proxyTicket
  cvv cvc cvv2 cvc2 psk wifi_psk mnemonic seed_phrase seedPhrase cookie cookies set_cookie certificate_password keystore_password trustStorePassword
  x-functions-key subscriptionKey ocp-apim-subscription-key sentry_key sentry_secret telegram_token bot_token botToken slack_token github_token githubToken gitlab_token npm_token heroku_api_key stripe_key twilio_auth_token sendgridApiKey mailgun_api_key firebase_token
  datadog_api_key newrelic_license_key gcp_credentials azure_client_secret azureKey sasToken sas_token sv_signature trace_connection dump_request
`
  .trim()
  .split(/\s+/);

/** Values that show by their form that they are secrets, each with a part that must not be shown. */
export const secretValues: readonly (readonly [kind: string, value: string, secret: string])[] = [
  ['Bearer', 'Bearer s3cret', 's3cret'],
  ['bearer in lower case', 'bearer s3cret', 's3cret'],
  ['Basic', 'Basic YWRhOnMzY3JldA==', 'YWRhOnMzY3JldA'],
  ['Basic, not Base64', 'Basic s3cret', 's3cret'],
  ['Digest', 'Digest username="ada", nonce="n", response="s3cret"', 's3cret'],
  ['Negotiate', 'Negotiate s3cret', 's3cret'],
  ['NTLM', 'NTLM TlRMTVNTUAAB', 'TlRMTVNTUAAB'],
  ['AWS4-HMAC-SHA256', 'AWS4-HMAC-SHA256 Credential=AKID/20260101/eu/s3/aws4_request, Signature=s3cret', 's3cret'],
  ['AWS', 'AWS AKID:s3cret=', 's3cret'],
  ['token', 'token s3cret', 's3cret'],
  ['Token token=', 'Token token="s3cret"', 's3cret'],
  ['ApiKey', 'ApiKey s3cret', 's3cret'],
  ['OAuth', 'OAuth oauth_signature="s3cret"', 's3cret'],
  ['Hawk', 'Hawk id="1", mac="s3cret"', 's3cret'],
  ['SharedKey', 'SharedKey account:s3cret', 's3cret'],
  ['SharedAccessSignature', 'SharedAccessSignature sr=x&sig=s3cret', 's3cret'],
  ['SSWS', 'SSWS s3cret', 's3cret'],
  ['GenieKey', 'GenieKey s3cret', 's3cret'],
  ['Splunk', 'Splunk s3cret', 's3cret'],
  ['Bot', 'Bot s3cret', 's3cret'],
  ['DPoP', 'DPoP s3cret', 's3cret'],
  ['HMAC-SHA256', 'HMAC-SHA256 s3cret', 's3cret'],
  ['Klaviyo-API-Key', 'Klaviyo-API-Key s3cret', 's3cret'],
  ['JSON Web Token', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2VjcmV0c2ln', 'c2VjcmV0c2ln'],
  ['JSON Web Token, cut off', 'eyJhbGciOiJIUzI1NiJ9', 'eyJhbGciOiJIUzI1NiJ9'],
  ['PASETO', 'v4.local.c2VjcmV0c2VjcmV0c2VjcmV0', 'c2VjcmV0'],
  ['PEM', '-----BEGIN PRIVATE KEY----- c2VjcmV0 -----END PRIVATE KEY-----', 'c2VjcmV0'],
  ['PEM without an end', '-----BEGIN RSA PRIVATE KEY----- c2VjcmV0', 'c2VjcmV0'],
  ['AWS access key', 'AKIAIOSFODNN7EXAMPLE', 'IOSFODNN7EXAMPLE'],
  ['AWS temporary key', 'ASIAIOSFODNN7EXAMPLE', 'IOSFODNN7EXAMPLE'],
  ['AWS secret key', 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', 'K7MDENG'],
  ['Google API key', 'AIzaSyA-1234567890abcdefghijklmnopqrstu', '1234567890abcdef'],
  ['Google access token', 'ya29.a0AfH6SMBexample', 'a0AfH6SMBexample'],
  ['GitHub', 'ghp_16C7e42F292c6912E7710c838347Ae178B4a', '16C7e42F292c6912'],
  ['GitHub, fine-grained', 'github_pat_11ABCDEFG0abcdefghijkl_s3cret', '11ABCDEFG0abcdefghijkl'],
  ['GitLab', 'glpat-abcdefghij1234567890', 'abcdefghij1234567890'],
  ['Slack bot', 'xoxb-123456789012-abcdefghijkl', 'abcdefghijkl'],
  ['Slack app', 'xapp-1-A012345-s3cret', 's3cret'],
  ['Stripe', 'sk_live_4eC39HqLyjWDarjtT1zdp7dc', '4eC39HqLyjWDarjtT1zdp7dc'],
  ['Stripe webhook', 'whsec_abcdefghijklmnopqrstuvwxyz', 'abcdefghijklmnop'],
  ['OpenAI', 'sk-abcdefghijklmnopqrstuvwxyz123456', 'abcdefghijklmnop'],
  ['OpenAI project', 'sk-proj-abcdefghijklmnop', 'abcdefghijklmnop'],
  ['Anthropic', 'sk-ant-api03-abcdefghijklmnop', 'abcdefghijklmnop'],
  ['npm', 'npm_abcdefghijklmnopqrstuvwxyz1234567890', 'abcdefghijklmnop'],
  ['PyPI', 'pypi-AgEIcHlwaS5vcmcCJGFiY2RlZg', 'EIcHlwaS5vcmc'],
  ['Vault', 'hvs.CAESIJ1234567890abcdefghij', 'CAESIJ1234567890'],
  ['SendGrid', 'SG.abcdefghijklmnop.qrstuvwxyz0123456789', 'qrstuvwxyz0123456789'],
  ['Shopify', 'shpat_0123456789abcdef0123456789abcdef', '0123456789abcdef'],
  ['Telegram', '123456789:AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-bc', 'AAEhBOweik6ad9r'],
  ['DigitalOcean', 'dop_v1_0123456789abcdef0123456789abcdef', '0123456789abcdef'],
  ['Twilio', 'SK0123456789abcdef0123456789abcdef', '0123456789abcdef'],
  ['Mailgun', 'key-0123456789abcdef0123456789abcdef', '0123456789abcdef'],
  ['CAS', 'ST-1856339-aA5Yuvrxzpv8Tau1cYQ7', 'aA5Yuvrxzpv8Tau1cYQ7'],
  ['40 hexadecimal digits', '0a1b2c3d4e5f60718293a4b5c6d7e8f901234567', '0a1b2c3d4e5f'],
  ['Base62', 'q7Jx2KdP9vLm4Rt8Wz1Bn6Yc3Hs5Fg', 'q7Jx2KdP9vLm'],
  ['Base32', 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP', 'JBSWY3DPEHPK3PXP'],
  ['userinfo', 'https://ada:s3cret@db.example/x', 's3cret'],
  ['userinfo without a path', 'postgres://ada:s3cret@db', 's3cret'],
  ['userinfo without a scheme', '//ada:s3cret@db.example', 's3cret'],
  ['userinfo alone', 'ada:s3cret@db.example:5432', 's3cret'],
  ['URL in text', 'see https://h.example/?token=s3cret for it', 's3cret'],
  ['URL with userinfo in text', 'see https://ada:s3cret@h.example/ for it', 's3cret'],
  ['fragment', 'https://h.example/cb#access_token=s3cret&x=1', 's3cret'],
  ['path parameter', '/shop;jsessionid=s3cret', 's3cret'],
  ['URL in a URL', '/login?next=https%3A%2F%2Fh%2F%3Ftoken%3Ds3cret', 's3cret'],
  ['URL in a URL, encoded twice', '/login?next=https%253A%252F%252Fh%252F%253Ftoken%253Ds3cret', 's3cret'],
  ['JSON', '{"a":1,"user":{"password":"s3cret"}}', 's3cret'],
  ['JSON, cut off', '{"user":{"password":"s3cret"', 's3cret'],
  ['JSON in JSON', '{"body":"{\\"password\\":\\"s3cret\\"}"}', 's3cret'],
  ['JSON in broken JSON', '{"body":"{\\"password\\":\\"s3cret\\"}', 's3cret'],
  ['text with names', 'user=ada; password=s3cret', 's3cret'],
  ['text with a quoted value', 'user="ada", password="a s3cret"', 's3cret'],
  ['text with a colon', 'user: ada, password: s3cret', 's3cret'],
  ['a field in text', 'Authorization: Bearer s3cret', 's3cret'],
  ['XML', '<user>ada</user><password>s3cret</password>', 's3cret'],
  ['connection string', 'Server=db;Uid=ada;Pwd=s3cret;', 's3cret'],
  ['connection string of Azure', 'DefaultEndpointsProtocol=https;AccountName=a;AccountKey=s3cret==', 's3cret'],
];

/** Paths with a credential in them, and what must not be shown. */
export const secretPaths: readonly (readonly [path: string, secret: string])[] = [
  ['/shop;jsessionid=s3cret/x', 's3cret'],
  ['/shop;JSESSIONID=s3cret', 's3cret'],
  ['/shop%3Bjsessionid%3Ds3cret/x', 's3cret'],
  ['/a;sid=s3cret;b=1', 's3cret'],
  ['/bot123:s3cret/sendMessage', 's3cret'],
  ['/bot123456789:AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-bc/getMe', 'AAEhBOweik6ad9r'],
  ['/(S(s3cretsession))/page.aspx', 's3cretsession'],
  ['/(A(x)S(s3cret)F(y))/page.aspx', 's3cret'],
  ['/cpsess1234567890/frontend', '1234567890'],
  ['/services/T00000000/B00000000/q7Jx2KdP9vLm4Rt8Wz1Bn6Yc', 'q7Jx2KdP9vLm'],
  ['/api/webhooks/123456789012345678/q7Jx2KdP9vLm4Rt8Wz1Bn6Yc3Hs5Fg', 'q7Jx2KdP9vLm'],
  ['/password/reset/0a1b2c3d4e5f60718293a4b5c6d7e8f901234567', '0a1b2c3d4e5f'],
  ['/reset/0a1b2c3d4e5f60718293a4b5c6d7e8f901234567', '0a1b2c3d4e5f'],
  ['/token/0a1b2c3d4e5f60718293', '0a1b2c3d4e5f'],
  ['/sessions/550e8400-e29b-41d4-a716-446655440000', '550e8400'],
  ['/invite/q7Jx2KdP9vLm4Rt8Wz1Bn6Yc', 'q7Jx2KdP9vLm'],
  ['/unsubscribe/eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2ln', 'eyJzdWIi'],
  ['/files/ghp_16C7e42F292c6912E7710c838347Ae178B4a', '16C7e42F'],
  ['/go/https://ada:s3cret@h/', 's3cret'],
  ['/go/https%3A%2F%2Fada%3As3cret%40h%2F', 's3cret'],
  ['/go/token=s3cret/x', 's3cret'],
];
