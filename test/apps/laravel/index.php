<?php
/**
 * A site of Laravel: its kernel with the middleware of a new project (encrypted cookies, a session, the check of CSRF
 * tokens). Variables: FOLDER to write to, and TRUST_PROXIES.
 */
require_once 'Illuminate/autoload.php';

use Illuminate\Foundation\Application;
use Illuminate\Http\Request;
use Illuminate\Support\Facades\Route;

class TrustProxies extends Illuminate\Http\Middleware\TrustProxies
{
    protected $proxies = '*';
}

class Kernel extends Illuminate\Foundation\Http\Kernel
{
    protected $middlewareGroups = [
        'web' => [
            Illuminate\Cookie\Middleware\EncryptCookies::class,
            Illuminate\Cookie\Middleware\AddQueuedCookiesToResponse::class,
            Illuminate\Session\Middleware\StartSession::class,
            Illuminate\Foundation\Http\Middleware\VerifyCsrfToken::class,
            Illuminate\Routing\Middleware\SubstituteBindings::class,
        ],
    ];

    public function __construct(Application $app, Illuminate\Routing\Router $router)
    {
        if (getenv('TRUST_PROXIES')) $this->middleware = [TrustProxies::class];
        parent::__construct($app, $router);
    }
}

class Routes extends Illuminate\Foundation\Support\Providers\RouteServiceProvider
{
    public function map()
    {
        Route::middleware('web')->group(function () {
            Route::get('/', function (Request $request) {
                $name = $request->session()->get('name');
                if ($name === null) return redirect()->guest(route('login'));
                return '<title>Garden</title><h1>' . e($name) . '</h1><p>' . url('/garden') . '</p>'
                    . '<form method="post" action="' . route('logout') . '">' . csrf_field() . '<button>Log out</button></form>';
            });
            Route::get('/log-in', fn () => '<title>Log in</title><form method="post" action="' . route('login')
                . '">' . csrf_field() . '<input name="name"><button>Go</button></form>')->name('login');
            Route::post('/log-in', function (Request $request) {
                $request->session()->regenerate();
                $request->session()->put('name', $request->input('name'));
                return redirect()->intended('/');
            });
            Route::post('/log-out', function (Request $request) {
                $request->session()->invalidate();
                return redirect('/');
            })->name('logout');
        });
    }
}

$folder = getenv('FOLDER');
foreach (['services', 'packages', 'config', 'routes', 'events'] as $cache)
    $_ENV['APP_' . strtoupper($cache) . '_CACHE'] = "$folder/$cache.php";
$app = new Application(__DIR__);
$app->useStoragePath($folder);
$app->singleton(Illuminate\Contracts\Http\Kernel::class, Kernel::class);
$app->singleton(Illuminate\Contracts\Debug\ExceptionHandler::class, Illuminate\Foundation\Exceptions\Handler::class);
$kernel = $app->make(Illuminate\Contracts\Http\Kernel::class);
$request = Request::capture();
$response = $kernel->handle($request)->send();
$kernel->terminate($request, $response);
