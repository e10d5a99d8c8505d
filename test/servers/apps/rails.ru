require 'action_controller/railtie'

# Routing of Rails, whose resources take a format: /admin.json.
routes = ActionDispatch::Routing::RouteSet.new
text = ->(body) { ->(_env) { [200, { 'Content-Type' => 'text/plain' }, [body]] } }
routes.draw do
  get '/admin', to: text.call('THE SECRET'), format: true, constraints: { format: /.*/ }
  get '/admin(.:format)', to: text.call('THE SECRET')
  get '/secret(.:format)', to: text.call('THE SECRET')
  get '/admin/*rest', to: text.call('THE SECRET')
  get '/secret/*rest', to: text.call('THE SECRET')
  get '/', to: text.call('OPEN')
  get '/*rest', to: text.call('OPEN')
end
run routes
