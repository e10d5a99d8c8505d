/** The least that forwards: what node:http costs by itself. */
const http = require('node:http');

const [host, port] = process.env.AWS_LAMBDA_HTTP_ENDPOINT.split(':');
const { hostname, port: backendPort } = new URL(process.env.REMOTE_URL);
const agent = new http.Agent({ keepAlive: true });

http
  .createServer((request, response) => {
    const { method, url: path, headers } = request;
    const forwarded = http.request({ hostname, port: backendPort, method, path, headers, agent }, (result) => {
      response.writeHead(result.statusCode, result.headers);
      result.pipe(response);
    });
    request.pipe(forwarded);
  })
  .listen(Number(port), host);
