import java.io.File;
import java.io.IOException;
import javax.servlet.Filter;
import javax.servlet.ServletException;
import javax.servlet.http.HttpServlet;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import org.apache.catalina.Context;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.descriptor.web.FilterDef;
import org.apache.tomcat.util.descriptor.web.FilterMap;
import org.springframework.web.filter.ForwardedHeaderFilter;

/**
 * A site in Tomcat with the filter that Spring Boot installs for `server.forward-headers-strategy=framework`, unless
 * the second word is `none`. The first word is the port.
 */
public class Site extends HttpServlet {
  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
    response.setContentType("text/html;charset=utf-8");
    Object name = request.getSession().getAttribute("name");
    if (request.getRequestURI().equals("/log-in")) {
      response.getWriter().print("<title>Log in</title><form method=post><input name=name><button>Go</button></form>");
    } else if (name == null) {
      response.sendRedirect("/log-in");
    } else {
      response.getWriter().print("<title>Garden</title><h1>" + name + "</h1><p>" + request.getRequestURL() + "</p>");
    }
  }

  @Override
  protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
    request.changeSessionId();
    request.getSession().setAttribute("name", request.getParameter("name"));
    response.sendRedirect(request.getRequestURL().toString().replace("/log-in", "/"));
  }

  public static void main(String[] words) throws Exception {
    Tomcat tomcat = new Tomcat();
    tomcat.setBaseDir(new File(".").getCanonicalPath());
    tomcat.setHostname("127.0.0.1");
    tomcat.setPort(Integer.parseInt(words[0]));
    tomcat.getConnector().setProperty("address", "127.0.0.1");
    Context context = tomcat.addContext("", null);
    context.setUseHttpOnly(true);
    if (!words[1].equals("none")) {
      Filter filter = new ForwardedHeaderFilter();
      FilterDef definition = new FilterDef();
      definition.setFilterName("forwarded");
      definition.setFilter(filter);
      context.addFilterDef(definition);
      FilterMap map = new FilterMap();
      map.setFilterName("forwarded");
      map.addURLPattern("/*");
      context.addFilterMap(map);
    }
    Tomcat.addServlet(context, "site", new Site());
    context.addServletMappingDecoded("/", "site");
    tomcat.start();
    tomcat.getServer().await();
  }
}
