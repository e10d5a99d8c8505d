# A site of Rails with the defaults of a new project (`load_defaults`): CSRF tokens, the check of Origin, and a session
# in an encrypted cookie. Variables: FORCE_SSL, and HOSTS, a list of names with commas.
require 'action_controller/railtie'

class Site < Rails::Application
  config.load_defaults 6.1
  config.root = Dir.pwd
  config.eager_load = true
  config.consider_all_requests_local = false
  config.secret_key_base = 'for-tests-only' * 8
  config.logger = Logger.new(nil)
  config.force_ssl = ENV.key?('FORCE_SSL')
  config.hosts = ENV['HOSTS'].split(',') if ENV.key?('HOSTS')
end

Rails.application.initialize!
Rails.application.routes.draw do
  root to: 'garden#show'
  resource :session, only: %i[new create destroy]
end

class GardenController < ActionController::Base
  def show
    return redirect_to(new_session_url) unless session[:name]

    render inline: <<~PAGE
      <title>Garden</title><h1><%= session[:name] %></h1><p><%= root_url %></p><i><%= request.remote_ip %></i>
      <%= button_to 'Log out', session_path, method: :delete %>
    PAGE
  end
end

class SessionsController < ActionController::Base
  def new
    render inline: <<~PAGE
      <title>Log in</title><h1>Log in</h1>
      <%= form_with url: session_url, local: true do |form| %><%= form.text_field :name %><%= form.submit 'Go' %><% end %>
    PAGE
  end

  def create
    reset_session
    session[:name] = params[:name]
    redirect_to root_url
  end

  def destroy
    reset_session
    redirect_to root_url
  end
end

run Rails.application
