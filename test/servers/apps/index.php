<?php
// A front controller: the path is what follows the script's name, as in Symfony.
// The words stand apart here, because a server that sends this text sends no secret.
$path = $_SERVER['PATH_INFO'] ?? null;
if ($path === null || $path === '') {
    $path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH) ?: '/';
    if (strpos($path, $_SERVER['SCRIPT_NAME']) === 0) $path = substr($path, strlen($_SERVER['SCRIPT_NAME']));
    $path = urldecode($path);
}
echo preg_match('#^/+(admin|secret)(/|$)#i', $path) ? 'THE' . ' SECRET' : 'OPEN';
