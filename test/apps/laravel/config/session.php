<?php
return [
    'driver' => 'file',
    'lifetime' => 120,
    'expire_on_close' => false,
    'encrypt' => false,
    'files' => getenv('FOLDER'),
    'lottery' => [0, 100],
    'cookie' => 'garden_session',
    'path' => '/',
    'domain' => null,
    'secure' => getenv('SESSION_SECURE_COOKIE') ?: null,
    'http_only' => true,
    'same_site' => 'lax',
];
