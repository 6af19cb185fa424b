package dev.belvedere.scrape.client;

import dev.belvedere.scrape.config.HttpClientConfig;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/// Which proxy a request goes through: that of the configuration, or with `proxy_from_environment` that of the
/// variables `http_proxy`, `https_proxy` and `no_proxy` in either case, as Go reads them.
///
/// `no_proxy` lists hosts (with their subdomains), addresses, networks (`10.0.0.0/8`), each with a port or without, and
/// `*`. Where there is such a list, and with the environment's proxy, loopback addresses are always reached directly.
final class ProxyChoice {

    private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|[0-9a-fA-F:]*:[0-9a-fA-F:.]*");

    private final String forHttp;
    private final String forHttps;
    private final String noProxy;
    private final boolean isLoopbackDirect;

    ProxyChoice(HttpClientConfig.Proxy config, Map<String, String> environment) {
        if (config.isFromEnvironment()) {
            this.forHttp = withScheme(variable(environment, "http_proxy"));
            this.forHttps = withScheme(variable(environment, "https_proxy"));
            this.noProxy = variable(environment, "no_proxy");
            this.isLoopbackDirect = true;
        } else {
            this.forHttp = config.url();
            this.forHttps = config.url();
            this.noProxy = config.noProxy();
            this.isLoopbackDirect = !noProxy.isEmpty();
        }
    }

    private static String variable(Map<String, String> environment, String name) {
        String upper = environment.getOrDefault(name.toUpperCase(Locale.ROOT), "");
        return upper.isEmpty() ? environment.getOrDefault(name, "") : upper;
    }

    private static String withScheme(String proxy) {
        return proxy.isEmpty() || proxy.contains("://") ? proxy : "http://" + proxy;
    }

    /// The proxy's URL, `""` for none.
    String proxyOf(URI target) {
        boolean isHttps = "https".equals(target.getScheme());
        String proxy = isHttps ? forHttps : forHttp;
        String host = bare(String.valueOf(target.getHost())).toLowerCase(Locale.ROOT);
        int port = target.getPort() >= 0 ? target.getPort() : isHttps ? 443 : 80;
        if (proxy.isEmpty() || isLoopbackDirect && isLoopback(host)) {
            return "";
        }
        for (String entry : noProxy.split(",")) {
            String rule = entry.strip().toLowerCase(Locale.ROOT);
            if (!rule.isEmpty() && isDirect(rule, host, port)) {
                return "";
            }
        }
        return proxy;
    }

    private static String bare(String host) {
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }

    private static boolean isLoopback(String host) {
        return host.equals("localhost")
                || ADDRESS.matcher(host).matches() && address(host).isLoopbackAddress();
    }

    private static boolean isDirect(String rule, String host, int port) {
        if (rule.equals("*")) {
            return true;
        }
        if (rule.contains("/")) {
            return ADDRESS.matcher(host).matches() && isWithin(rule, host);
        }
        int colon = rule.lastIndexOf(':');
        boolean hasPort = colon >= 0 && (rule.indexOf(':') == colon || rule.charAt(colon - 1) == ']');
        if (hasPort && !rule.substring(colon + 1).equals(Integer.toString(port))) {
            return false;
        }
        String name = bare(hasPort ? rule.substring(0, colon) : rule);
        name = name.startsWith("*.") ? name.substring(1) : name;
        return host.equals(name) || host.endsWith(name.startsWith(".") ? name : '.' + name);
    }

    private static boolean isWithin(String network, String host) {
        int slash = network.indexOf('/');
        byte[] wanted = ADDRESS.matcher(network.substring(0, slash)).matches()
                ? address(network.substring(0, slash)).getAddress()
                : new byte[0];
        byte[] found = address(host).getAddress();
        int bits;
        try {
            bits = Integer.parseInt(network.substring(slash + 1));
        } catch (NumberFormatException e) {
            return false;
        }
        if (wanted.length != found.length || bits < 0 || bits > 8 * found.length) {
            return false;
        }
        for (int i = 0; i < bits; i++) {
            int mask = 0x80 >> i % 8;
            if ((wanted[i / 8] & mask) != (found[i / 8] & mask)) {
                return false;
            }
        }
        return true;
    }

    /// Of a literal, which is never looked up.
    private static InetAddress address(String literal) {
        try {
            return InetAddress.ofLiteral(literal);
        } catch (IllegalArgumentException e) {
            return unspecified();
        }
    }

    private static InetAddress unspecified() {
        try {
            return InetAddress.getByAddress(new byte[4]);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four bytes are an address", e);
        }
    }
}
