require 'sinatra/base'

class App < Sinatra::Base
  set :environment, :production
  set :logging, false
  disable :protection
  get(%r{/(admin|secret)(/.*)?}) { 'THE SECRET' }
  get('/*') { 'OPEN' }
end
run App
